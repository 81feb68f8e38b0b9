#include "core/kbr/routing_table.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::kbr {

Bucket& RoutingTable::bucket_of(const Key& key) {
  const std::size_t index = index_of(key);
  P2PNS_ASSERT(index < key_bits);
  if (buckets_.size() <= index) buckets_.resize(index + 1);
  return buckets_[index];
}

Admission RoutingTable::add(const Contact& contact) {
  const Admission admission = bucket_of(contact.node.id).add(contact, rule_);
  if (admission == Admission::added) ++size_;
  return admission;
}

Contact* RoutingTable::find(const NodeId& id) noexcept {
  const std::size_t index = index_of(id);
  return index < buckets_.size() ? buckets_[index].find(id) : nullptr;
}

const Contact* RoutingTable::find(const NodeId& id) const noexcept {
  const std::size_t index = index_of(id);
  return index < buckets_.size() ? buckets_[index].find(id) : nullptr;
}

bool RoutingTable::has_room_for(const NodeHandle& node) const noexcept {
  const std::size_t index = index_of(node.id);
  if (index >= key_bits) return false;
  return index >= buckets_.size() || buckets_[index].has_room_for(node, rule_);
}

std::optional<NodeHandle> RoutingTable::remove(const NodeId& id) {
  const std::size_t index = index_of(id);
  if (index >= buckets_.size()) return std::nullopt;
  Bucket& bucket = buckets_[index];
  size_ -= bucket.contacts().size();
  auto promoted = bucket.remove(id, rule_);
  size_ += bucket.contacts().size();
  return promoted;
}

void RoutingTable::mark_used(const Key& key, TimePoint now) {
  const std::size_t index = index_of(key);
  if (index < buckets_.size()) buckets_[index].mark_used(now);
}

std::optional<std::size_t> RoutingTable::find_idle(std::size_t end, TimePoint before) const {
  for (std::size_t index = 0; index < std::min(end, buckets_.size()); ++index)
    if (buckets_[index].last_used() < before) return index;
  return std::nullopt;
}

}  // namespace p2pns::kbr
