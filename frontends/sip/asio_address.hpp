// Our addresses and Asio's.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include "core/base/endpoint.hpp"

namespace p2pns::sip {

inline boost::asio::ip::address to_asio(const IpAddress& address) {
  const auto octet = [&address](std::size_t i) { return std::to_integer<unsigned char>(address.octets[i]); };
  if (address.family == IpFamily::v4) return boost::asio::ip::address_v4{{octet(0), octet(1), octet(2), octet(3)}};
  boost::asio::ip::address_v6::bytes_type bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = octet(i);
  return boost::asio::ip::address_v6{bytes};
}

/// From an endpoint of UDP or TCP; IPv4 is IPv4, whatever the socket.
template <class AsioEndpoint>
Endpoint from_asio(const AsioEndpoint& endpoint) {
  Endpoint result;
  result.port = endpoint.port();
  const auto copy = [&result](const auto& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) result.address.octets[i] = std::byte{bytes[i]};
  };
  // A socket that listens on "::" sees IPv4 phones as ::ffff:a.b.c.d: all of one /64, and never their own address.
  const bool mapped = endpoint.address().is_v6() && endpoint.address().to_v6().is_v4_mapped();
  if (mapped) {
    copy(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, endpoint.address().to_v6()).to_bytes());
  } else if (endpoint.address().is_v4()) {
    copy(endpoint.address().to_v4().to_bytes());
  } else {
    result.address.family = IpFamily::v6;
    copy(endpoint.address().to_v6().to_bytes());
  }
  return result;
}

}  // namespace p2pns::sip
