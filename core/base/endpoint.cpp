#include "core/base/endpoint.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace p2pns {
namespace {

unsigned octet(const IpAddress& address, std::size_t index) noexcept {
  return std::to_integer<unsigned>(address.octets[index]);
}

}  // namespace

bool IpAddress::is_loopback() const noexcept {
  if (family == IpFamily::v4) return octet(*this, 0) == 127;
  return std::all_of(octets.begin(), octets.end() - 1, [](std::byte b) { return b == std::byte{0}; }) &&
         octets[15] == std::byte{1};
}

bool IpAddress::is_private() const noexcept {
  if (family == IpFamily::v6)
    return (octet(*this, 0) & 0xfeU) == 0xfcU || (octet(*this, 0) == 0xfeU && (octet(*this, 1) & 0xc0U) == 0x80U);
  return octet(*this, 0) == 10 || (octet(*this, 0) == 172 && (octet(*this, 1) & 0xf0U) == 16) ||
         (octet(*this, 0) == 192 && octet(*this, 1) == 168) || (octet(*this, 0) == 169 && octet(*this, 1) == 254);
}

bool IpAddress::is_unspecified() const noexcept {
  return std::ranges::all_of(octets, [](std::byte b) { return b == std::byte{0}; });
}

bool IpAddress::is_multicast() const noexcept {
  return family == IpFamily::v4 ? (octet(*this, 0) & 0xf0U) == 0xe0U : octet(*this, 0) == 0xffU;
}

Result<IpAddress> parse_ip_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return Errc::malformed;
  const std::string terminated{text};
  IpAddress address;
  if (inet_pton(AF_INET, terminated.c_str(), address.octets.data()) == 1) return address;
  address.family = IpFamily::v6;
  if (inet_pton(AF_INET6, terminated.c_str(), address.octets.data()) == 1) return address;
  return Errc::malformed;
}

Result<IpAddress> ip_address_from(Bytes octets) {
  if (octets.size() != 4 && octets.size() != 16) return Errc::malformed;
  IpAddress address;
  address.family = octets.size() == 4 ? IpFamily::v4 : IpFamily::v6;
  std::ranges::copy(octets, address.octets.begin());
  return address;
}

std::string to_string(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.family == IpFamily::v4 ? AF_INET : AF_INET6;
  return inet_ntop(family, address.octets.data(), text.data(), text.size());
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return Errc::malformed;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);

  const auto address = parse_ip_address(host);
  if (!address || bracketed != (address->family == IpFamily::v6)) return Errc::malformed;
  Endpoint endpoint{*address, 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc{} || end != port.data() + port.size()) return Errc::malformed;
  return endpoint;
}

Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  if (const auto address = parse_ip_address(text)) return Endpoint{*address, default_port};
  return parse_endpoint(text);
}

std::string to_string(const Endpoint& endpoint) {
  const std::string host = to_string(endpoint.address);
  const std::string port = std::to_string(endpoint.port);
  return endpoint.address.family == IpFamily::v6 ? "[" + host + "]:" + port : host + ":" + port;
}

AddressBlock address_block(const IpAddress& address) noexcept {
  AddressBlock block;
  block.value[0] = static_cast<std::byte>(address.family);
  const std::size_t prefix_bytes = address.family == IpFamily::v4 ? 3 : 6;
  std::copy_n(address.octets.begin(), prefix_bytes, block.value.begin() + 1);
  return block;
}

}  // namespace p2pns
