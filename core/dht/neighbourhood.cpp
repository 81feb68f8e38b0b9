#include "core/dht/neighbourhood.hpp"

#include <algorithm>
#include <array>

namespace p2pns::dht {

Neighbourhood::Neighbourhood(const kbr::KeyBasedRouting& routing)
    : self_(routing.self()), others_(routing.neighbour_set(neighbours_considered)) {}

std::size_t Neighbourhood::rank_of(const NodeId& node, const Key& key) const noexcept {
  std::size_t nearer = closer(key, self_, node) ? 1 : 0;
  for (const wire::NodeHandle& other : others_) nearer += closer(key, other.id, node) ? 1 : 0;
  return nearer;
}

std::vector<const wire::NodeHandle*> Neighbourhood::nearest_others(const Key& key, std::size_t count) const {
  std::vector<const wire::NodeHandle*> nearest;
  nearest.reserve(others_.size());
  for (const wire::NodeHandle& other : others_) nearest.push_back(&other);
  const auto taken = static_cast<std::ptrdiff_t>(std::min(count, nearest.size()));
  std::partial_sort(nearest.begin(), nearest.begin() + taken, nearest.end(),
                    [&key](const auto* left, const auto* right) { return closer(key, left->id, right->id); });
  nearest.resize(static_cast<std::size_t>(taken));
  return nearest;
}

std::size_t Neighbourhood::range_bits() const noexcept {
  std::array<std::size_t, key_bits> buckets{};
  for (const wire::NodeHandle& other : others_) ++buckets[common_prefix_bits(self_, other.id)];
  // Of a full list only the buckets behind its farthest member are known in full. Those in front of it are larger.
  const bool full = others_.size() >= neighbours_considered;
  std::size_t bits = full ? common_prefix_bits(self_, others_.back().id) : 0;
  while (bits < key_bits && buckets[bits] >= storing_nodes) ++bits;
  return bits;
}

}  // namespace p2pns::dht
