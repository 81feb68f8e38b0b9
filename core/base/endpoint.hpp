// Endpoint: a transport address (IP address + port), and the address block it counts in for diversity limits.
// Pure values; no name is ever resolved here.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace p2pns {

enum class IpFamily : std::uint8_t { v4 = 4, v6 = 6 };

struct IpAddress {
  IpFamily family = IpFamily::v4;
  std::array<std::byte, 16> octets{};  ///< IPv4: the first 4 count, the rest is zero

  Bytes view() const noexcept { return Bytes{octets}.first(family == IpFamily::v4 ? 4 : 16); }
  bool is_loopback() const noexcept;
  /// RFC 1918, RFC 4193, link-local.
  bool is_private() const noexcept;
  bool is_unspecified() const noexcept;
  bool is_multicast() const noexcept;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// Literal IPv4 or IPv6 address. Errors: malformed.
Result<IpAddress> parse_ip_address(std::string_view text);
/// From 4 or 16 octets in network order. Errors: malformed for any other length.
Result<IpAddress> ip_address_from(Bytes octets);
std::string to_string(const IpAddress&);

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// "192.0.2.1:4222" or "[2001:db8::1]:4222". Errors: malformed.
Result<Endpoint> parse_endpoint(std::string_view text);
/// The same, or an address alone ("192.0.2.1", "2001:db8::1"), which gets this port.
Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);
std::string to_string(const Endpoint&);

/// The range an address counts in: its /24 (IPv4) or /48 (IPv6).
using AddressBlock = FixedBytes<8, struct AddressBlockTag>;
AddressBlock address_block(const IpAddress&) noexcept;

}  // namespace p2pns

template <>
struct std::hash<p2pns::Endpoint> {
  std::size_t operator()(const p2pns::Endpoint& endpoint) const noexcept {
    return std::hash<std::string_view>{}(p2pns::as_text(endpoint.address.view())) * 31U + endpoint.port;
  }
};
