#include "config/seed_name.hpp"

#include <algorithm>
#include <charconv>

namespace p2pns::config {
namespace {

constexpr std::size_t host_maximum_bytes = 253;
constexpr std::size_t label_maximum_bytes = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 1123 section 2.1.
bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= label_maximum_bytes && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}

bool is_host(std::string_view host) {
  if (host.size() > host_maximum_bytes) return false;
  for (;;) {
    const auto dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (!is_host_label(label)) return false;
    if (dot == std::string_view::npos) return !std::ranges::all_of(label, is_digit);
    host.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<SeedName> parse_seed_name(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return Errc::malformed;
  SeedName name{std::string{text.substr(0, colon)}, 0};
  if (name.host.ends_with('.')) name.host.pop_back();
  for (char& c : name.host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), name.port);
  if (error != std::errc{} || end != port.data() + port.size() || name.port == 0 || !is_host(name.host))
    return Errc::malformed;
  return name;
}

std::string to_string(const SeedName& name) { return name.host + ":" + std::to_string(name.port); }

}  // namespace p2pns::config
