// Our addresses as Asio's.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstring>

#include "core/base/endpoint.hpp"

namespace p2pns::dns {

inline boost::asio::ip::address to_asio(const IpAddress& address) {
  if (address.family == IpFamily::v4) {
    boost::asio::ip::address_v4::bytes_type octets;
    std::memcpy(octets.data(), address.octets.data(), octets.size());
    return boost::asio::ip::address_v4{octets};
  }
  boost::asio::ip::address_v6::bytes_type octets;
  std::memcpy(octets.data(), address.octets.data(), octets.size());
  return boost::asio::ip::address_v6{octets};
}

}  // namespace p2pns::dns
