// Flow: where a message came from and where an answer goes: a UDP address, or one TCP connection (RFC 5626's word).
#pragma once

#include <compare>
#include <cstdint>

#include "core/base/endpoint.hpp"

namespace p2pns::sip {

enum class TransportKind : std::uint8_t { udp, tcp };

struct Flow {
  TransportKind transport = TransportKind::udp;
  Endpoint remote;
  std::uint64_t connection = 0;  ///< of TCP: which one; 0: none, dial `remote`
  friend auto operator<=>(const Flow&, const Flow&) = default;
};

}  // namespace p2pns::sip
