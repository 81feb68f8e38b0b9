// Transport: where datagrams leave the core. The host implements it with a socket or with a simulated network.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/endpoint.hpp"

namespace p2pns {

class Transport {
 public:
  /// Sends one datagram. May drop it; never blocks and never calls back into the node.
  virtual void send(const Endpoint& to, Bytes datagram) = 0;

 protected:
  ~Transport() = default;
};

}  // namespace p2pns
