// NodeHandle: how to reach one node and how to know it again. On the wire it is called a contact:
// public key (32), dynamic puzzle solution (8), u8 address form, address(es).
#pragma once

#include <boost/container/static_vector.hpp>

#include "core/base/endpoint.hpp"
#include "core/crypto/network.hpp"
#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"

namespace p2pns::wire {

/// Addresses kept per node: a liar may name an honest node with a wrong address, so one is not enough.
inline constexpr std::size_t endpoints_per_node_maximum = 3;

struct NodeHandle {
  NodeId id;
  crypto::PublicKey key;
  crypto::PuzzleSolution puzzle;
  boost::container::static_vector<Endpoint, endpoints_per_node_maximum>
      endpoints;  ///< best first, never empty on the wire

  friend bool operator==(const NodeHandle& left, const NodeHandle& right) { return left.id == right.id; }
};

/// Derives the NodeID from the key.
NodeHandle make_node_handle(const crypto::PublicKey&, const crypto::PuzzleSolution&, const Endpoint&);
/// Puts `endpoint` in front; drops the last one when there are too many.
void prefer_endpoint(NodeHandle&, const Endpoint& endpoint);

/// Form byte of a contact: 4 = one IPv4 address, 6 = one IPv6 address, 10 = one of each.
void write_contact(Writer&, const NodeHandle&);
std::size_t contact_size_bytes(const NodeHandle&);
/// Checks form, address (no unspecified, multicast, port 0) and both puzzles. Errors stick to the reader.
NodeHandle read_contact(Reader&, const crypto::PuzzleDifficulty&);

}  // namespace p2pns::wire
