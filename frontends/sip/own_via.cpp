#include "frontends/sip/own_via.hpp"

#include <charconv>

#include "frontends/sip/hex_number.hpp"

namespace p2pns::sip {

namespace {

constexpr std::string_view cookie = "z9hG4bK";
constexpr std::size_t number_digits = 16;

}  // namespace

std::string own_branch(ClientId client, std::string_view mark) {
  std::string branch{cookie};
  branch += hex_of(client, number_digits);
  branch += '.';
  branch += mark;
  return branch;
}

std::optional<ClientId> client_of_branch(std::string_view branch) noexcept {
  constexpr std::size_t size = cookie.size() + number_digits;
  if (branch.size() <= size || !branch.starts_with(cookie) || branch[size] != '.') return std::nullopt;
  ClientId client = 0;
  const char* const end = branch.data() + size;
  const auto [rest, error] = std::from_chars(branch.data() + cookie.size(), end, client, 16);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return client;
}

std::string loop_mark(const SipMessage& request, std::uint64_t salt) {
  const std::hash<std::string_view> hash;
  std::uint64_t mark = salt;
  const auto mix = [&](std::string_view part) {
    mark = (mark ^ hash(part)) * 0x9e3779b97f4a7c15U;
    mark ^= mark >> 29U;
  };
  mix(request.request_uri());
  for (std::size_t i = 0; i < request.header_count(); ++i) {
    const Header header = request.header(i);
    switch (header.name) {
      case HeaderName::route:
      case HeaderName::call_id:
      case HeaderName::from:
      case HeaderName::to:
      case HeaderName::cseq:
        mix(header.value);
        break;
      default:
        break;
    }
  }
  return hex_of(mark, number_digits);
}

bool came_back(const SipMessage& request, std::string_view mark) noexcept {
  for (std::size_t i = 0; i < request.header_count(); ++i) {
    const Header header = request.header(i);
    if (header.name == HeaderName::via && header.value.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace p2pns::sip
