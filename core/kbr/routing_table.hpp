// RoutingTable: one bucket per length of the prefix shared with this node (b = 1). Far buckets are full in any large
// overlay, near ones hold what there is; the nodes next to us are the sibling list's business.
#pragma once

#include <optional>
#include <vector>

#include "core/kbr/bucket.hpp"

namespace p2pns::kbr {

class RoutingTable {
 public:
  RoutingTable(const NodeId& self, const BlockRule& rule) : self_(self), rule_(rule) {}

  /// A contact that answered us; never this node itself (asserted).
  Admission add(const Contact&);
  Contact* find(const NodeId&) noexcept;
  const Contact* find(const NodeId&) const noexcept;
  bool has_room_for(const NodeHandle&) const noexcept;
  /// See Bucket::remove.
  std::optional<NodeHandle> remove(const NodeId&);
  std::size_t size() const noexcept { return size_; }

  /// Bit length of the prefix that the key shares with this node; 160 for this node itself.
  std::size_t index_of(const Key& key) const noexcept { return common_prefix_bits(self_, key); }
  bool full(std::size_t index) const noexcept { return index < buckets_.size() && buckets_[index].full(); }
  /// A lookup went through the bucket of this key.
  void mark_used(const Key&, TimePoint now);
  /// The first bucket below `end` that was not used since `before`.
  std::optional<std::size_t> find_idle(std::size_t end, TimePoint before) const;
  const std::vector<Bucket>& buckets() const noexcept { return buckets_; }

 private:
  Bucket& bucket_of(const Key&);

  NodeId self_;
  BlockRule rule_;
  std::vector<Bucket> buckets_;  // grown to the longest prefix met
  std::size_t size_ = 0;
};

}  // namespace p2pns::kbr
