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

/// An address that may stand in a message: not unspecified, multicast or broadcast, no IPv4 address in IPv6 form
/// (::ffff:0:0/96, which would escape the limits of its address block), port not 0.
bool usable_on_wire(const Endpoint&) noexcept;
/// IP address and port: 6 or 18 bytes.
void write_endpoint(Writer&, const Endpoint&);
/// An unusable address is malformed.
Endpoint read_endpoint(Reader&, IpFamily);

/// True when one of its addresses is usable; only such a node can be written.
bool has_contact_form(const NodeHandle&) noexcept;
/// Form byte of a contact: 4 = one IPv4 address, 6 = one IPv6 address, 10 = one of each, IPv4 first. Takes the first
/// usable address of each family; there must be one (asserted).
void write_contact(Writer&, const NodeHandle&);
/// Bytes write_contact() appends; 0 without a usable address.
std::size_t contact_size_bytes(const NodeHandle&) noexcept;
/// Checks form, addresses and both puzzles. Errors stick to the reader: truncated, malformed, puzzle_unsolved.
NodeHandle read_contact(Reader&, const crypto::PuzzleDifficulty&);

}  // namespace p2pns::wire
