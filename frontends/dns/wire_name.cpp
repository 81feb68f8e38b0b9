#include "frontends/dns/wire_name.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::dns {
namespace {

constexpr std::size_t pointer_bits = 0xc0;

char lower(std::byte octet) {
  const char c = std::to_integer<char>(octet);
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Result<WireName> read_name(Bytes message, std::size_t& offset) {
  WireName name;
  name.octets.clear();
  for (;;) {
    if (offset >= message.size()) return Errc::truncated;
    const std::size_t length = std::to_integer<std::size_t>(message[offset]);
    if (length > label_maximum_bytes) return Errc::malformed;
    if (length >= message.size() - offset) return Errc::truncated;
    if (name.octets.size() + 1 + length > name_maximum_bytes) return Errc::too_large;
    const Bytes label = message.subspan(offset, 1 + length);
    name.octets.insert(name.octets.end(), label.begin(), label.end());
    offset += 1 + length;
    if (length == 0) return name;
  }
}

Result<void> skip_name(Bytes message, std::size_t& offset) {
  const std::size_t begin = offset;
  for (;;) {
    if (offset >= message.size()) return Errc::truncated;
    const std::size_t length = std::to_integer<std::size_t>(message[offset]);
    if ((length & pointer_bits) == pointer_bits) {
      if (offset + 2 > message.size()) return Errc::truncated;
      const std::size_t target = (length & ~pointer_bits) << 8U | std::to_integer<std::size_t>(message[offset + 1]);
      offset += 2;
      if (target >= begin) return Errc::malformed;
      return {};
    }
    if (length > label_maximum_bytes) return Errc::malformed;
    offset += 1 + length;
    if (offset - begin > name_maximum_bytes) return Errc::too_large;
    if (length == 0) return {};
  }
}

Result<WireName> name_of_labels(std::span<const std::string> labels) {
  WireName name;
  name.octets.clear();
  for (const std::string& label : labels) {
    if (label.empty() || label.size() > label_maximum_bytes) return Errc::malformed;
    if (name.octets.size() + 2 + label.size() > name_maximum_bytes) return Errc::too_large;
    name.octets.push_back(static_cast<std::byte>(label.size()));
    const Bytes octets = as_bytes(label);
    name.octets.insert(name.octets.end(), octets.begin(), octets.end());
  }
  name.octets.push_back(std::byte{0});
  return name;
}

std::vector<std::string> labels_of(const WireName& name) {
  std::vector<std::string> labels;
  for (std::size_t at = 0; name.octets[at] != std::byte{0};) {
    const std::size_t length = std::to_integer<std::size_t>(name.octets[at]);
    std::string& label = labels.emplace_back();
    for (const std::byte octet : name.view().subspan(at + 1, length)) label.push_back(lower(octet));
    at += 1 + length;
  }
  return labels;
}

WireName without_labels(const WireName& name, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0; --count) {
    P2PNS_ASSERT(name.octets[at] != std::byte{0});
    at += 1 + std::to_integer<std::size_t>(name.octets[at]);
  }
  WireName rest;
  rest.octets.assign(name.octets.begin() + static_cast<std::ptrdiff_t>(at), name.octets.end());
  return rest;
}

WireName lower_case(WireName name) {
  // Length octets are below 'A', so they may be treated like the letters.
  for (std::byte& octet : name.octets) octet = static_cast<std::byte>(lower(octet));
  return name;
}

bool same_name(const WireName& left, const WireName& right) {
  return std::ranges::equal(left.octets, right.octets, {}, lower, lower);
}

}  // namespace p2pns::dns
