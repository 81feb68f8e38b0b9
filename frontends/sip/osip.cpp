#include "frontends/sip/osip.hpp"

#include <algorithm>
#include <cstdarg>

#include "core/base/endpoint.hpp"
#include "frontends/sip/fields.hpp"

namespace p2pns::sip::osip {
namespace {

constexpr std::size_t host_maximum_bytes = 253;  // RFC 1035

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

}  // namespace

void keep_quiet() {
  static const bool quiet = [] {
    // A level alone would not do: until it has a function of ours, libosip2 prints everything on standard output.
    osip_trace_initialize_func(TRACE_LEVEL0, [](const char*, int, osip_trace_level_t, const char*, va_list) {});
    return true;
  }();
  static_cast<void>(quiet);
}

Result<std::optional<std::uint16_t>> port_of(const char* text) {
  if (!text) return std::optional<std::uint16_t>{};
  const auto number = parse_number(text);
  if (!number || *number == 0 || *number > 65535) return Errc::malformed;
  return std::optional{static_cast<std::uint16_t>(*number)};
}

Result<std::string> host_of(const char* text, bool in_brackets) {
  std::string host = lower_case(text_of(text));
  if (host.empty() || host.size() > host_maximum_bytes) return Errc::malformed;
  const bool address = host.find(':') != std::string::npos;
  if (address != in_brackets) return Errc::malformed;
  if (address ? !parse_ip_address(host).has_value() : !std::ranges::all_of(host, is_host_character))
    return Errc::malformed;
  return host;
}

}  // namespace p2pns::sip::osip
