// Addresses of TCP sockets: the same conversions as udp_socket.hpp has for datagrams.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "core/host/net/udp_socket.hpp"

namespace p2pns::host {

inline boost::asio::ip::tcp::endpoint to_tcp(const Endpoint& endpoint) {
  const auto same = to_asio(endpoint);
  return {same.address(), same.port()};
}
/// An IPv4 peer of a socket that listens on :: is an IPv4 address here.
inline Endpoint from_tcp(const boost::asio::ip::tcp::endpoint& endpoint) {
  return from_asio({endpoint.address(), endpoint.port()});
}

}  // namespace p2pns::host
