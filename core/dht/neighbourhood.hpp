// Neighbourhood: who stores what around this node, as far as it knows: a snapshot of its siblings, for the many
// questions of one pass over the store. Suspects count: who is silent once has not left.
#pragma once

#include "core/dht/key_range.hpp"
#include "core/kbr/key_based_routing.hpp"

namespace p2pns::dht {

/// The nodes nearest to a position that store its records; the nearest siblings_per_key of them are asked. The others
/// are there when some of those leave.
inline constexpr std::size_t storing_nodes = 24;
/// A node knows all siblings of any key it is responsible for when it knows so many of its own.
inline constexpr std::size_t neighbours_considered = 5 * kbr::siblings_per_key;

class Neighbourhood {
 public:
  explicit Neighbourhood(const kbr::KeyBasedRouting&);

  /// How many known nodes, this one included, are nearer to the key than `node`.
  std::size_t rank_of(const NodeId& node, const Key&) const noexcept;
  bool stores(const NodeId& node, const Key& key) const noexcept { return rank_of(node, key) < storing_nodes; }
  /// The `count` nodes nearest to the key, this one left out, nearest first. Valid as long as the snapshot.
  std::vector<const wire::NodeHandle*> nearest_others(const Key&, std::size_t count) const;
  /// All positions that this node stores have at least so many bits in common with its NodeID: the buckets in front
  /// of it hold storing_nodes nodes or more each, and all of these are nearer to what lies there.
  std::size_t range_bits() const noexcept;
  KeyRange range() const noexcept { return prefix_range(self_, range_bits()); }
  const NodeId& self() const noexcept { return self_; }
  const std::vector<wire::NodeHandle>& others() const noexcept { return others_; }

 private:
  NodeId self_;
  std::vector<wire::NodeHandle> others_;  // nearest to this node first
};

}  // namespace p2pns::dht
