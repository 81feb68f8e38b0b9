// Hop: the other end of one step of a message: a phone (a Flow) or a node (over the peer link).
#pragma once

#include <variant>

#include "core/base/key.hpp"
#include "frontends/sip/flow.hpp"

namespace p2pns::sip {

using Hop = std::variant<Flow, NodeId>;

inline bool is_node(const Hop& hop) noexcept { return std::holds_alternative<NodeId>(hop); }
/// Streams and links: nothing is lost on them, so nothing is sent twice.
inline bool is_reliable(const Hop& hop) noexcept {
  const Flow* flow = std::get_if<Flow>(&hop);
  return !flow || flow->transport != TransportKind::udp;
}

}  // namespace p2pns::sip
