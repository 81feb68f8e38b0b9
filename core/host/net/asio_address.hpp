// Our addresses and Asio's, for UDP and TCP alike. The only conversion there is: front ends use it too
// (docs/decisions/0062-one-conversion-of-addresses.md).
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstring>

#include "core/base/endpoint.hpp"

namespace p2pns::host {

inline boost::asio::ip::address to_asio(const IpAddress& address) {
  const auto same = [&address](auto octets) {
    std::memcpy(octets.data(), address.octets.data(), octets.size());
    return octets;
  };
  if (address.family == IpFamily::v4)
    return boost::asio::ip::address_v4{same(boost::asio::ip::address_v4::bytes_type{})};
  return boost::asio::ip::address_v6{same(boost::asio::ip::address_v6::bytes_type{})};
}
inline boost::asio::ip::udp::endpoint to_udp(const Endpoint& endpoint) {
  return {to_asio(endpoint.address), endpoint.port};
}
/// For a socket that is bound to an address of this family: one of IPv6 reaches IPv4 peers as ::ffff:a.b.c.d.
inline boost::asio::ip::udp::endpoint to_udp(const Endpoint& endpoint, IpFamily socket) {
  namespace ip = boost::asio::ip;
  const ip::address address = to_asio(endpoint.address);
  if (socket == IpFamily::v4 || address.is_v6()) return {address, endpoint.port};
  return {ip::make_address_v6(ip::v4_mapped, address.to_v4()), endpoint.port};
}
inline boost::asio::ip::tcp::endpoint to_tcp(const Endpoint& endpoint) {
  return {to_asio(endpoint.address), endpoint.port};
}

/// A socket bound to :: sees IPv4 peers as ::ffff:a.b.c.d. They are IPv4 peers: their address block, every limit of one
/// address, and what they say about ours must count as such. to_udp() goes back.
inline IpAddress from_asio(boost::asio::ip::address address) {
  IpAddress result;
  const auto copy = [&result](const auto& octets) { std::memcpy(result.octets.data(), octets.data(), octets.size()); };
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  if (address.is_v4()) {
    copy(address.to_v4().to_bytes());
  } else {
    result.family = IpFamily::v6;
    copy(address.to_v6().to_bytes());
  }
  return result;
}
/// Of an endpoint of any protocol.
template <class Protocol>
Endpoint from_asio(const boost::asio::ip::basic_endpoint<Protocol>& endpoint) {
  return {from_asio(endpoint.address()), endpoint.port()};
}

}  // namespace p2pns::host
