// Peer: who is at the other end of a connection, as far as the operating system vouches for it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/endpoint.hpp"

namespace p2pns::web {

struct Peer {
  enum class Kind : std::uint8_t {
    remote,       ///< another machine, or this one under an address that others reach
    loopback,     ///< a program of this machine; whose, nobody says
    unix_socket,  ///< a program of this machine, run by `user`
  };
  Kind kind = Kind::remote;
  IpAddress address{};  ///< where it comes from; of no meaning on a unix socket
  // Of a unix socket only, as of its connect().
  std::uint32_t user = 0;
  std::vector<std::uint32_t> groups{};  ///< the primary one first
};

/// The peer of a connected socket. None when it is gone already.
std::optional<Peer> peer_of(int socket);

}  // namespace p2pns::web
