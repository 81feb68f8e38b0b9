#include "core/kbr/sibling_list.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::kbr {

std::size_t SiblingList::position_of(const NodeId& id) const noexcept {
  const auto found = std::ranges::partition_point(
      contacts_, [&](const Contact& contact) { return closer(self_, contact.node.id, id); });
  return static_cast<std::size_t>(found - contacts_.begin());
}

Contact* SiblingList::find(const NodeId& id) noexcept {
  const std::size_t position = position_of(id);
  return position < contacts_.size() && contacts_[position].node.id == id ? &contacts_[position] : nullptr;
}

const Contact* SiblingList::find(const NodeId& id) const noexcept {
  const std::size_t position = position_of(id);
  return position < contacts_.size() && contacts_[position].node.id == id ? &contacts_[position] : nullptr;
}

std::size_t SiblingList::victim_of(const NodeHandle& node) const noexcept {
  std::size_t victim = contacts_.size();
  if (const auto block = rule_.counted_block(node)) {
    std::size_t same = 0;
    for (std::size_t i = 0; i < contacts_.size(); ++i) {
      if (rule_.counted_block(contacts_[i].node) != block) continue;
      ++same;
      victim = i;  // ends as the farthest of the block
    }
    if (same < siblings_per_block_maximum) victim = contacts_.size();
  }
  return victim == contacts_.size() && full() ? contacts_.size() - 1 : victim;
}

bool SiblingList::would_enter(const NodeHandle& node) const noexcept {
  if (node.id == self_ || (full() && closer(self_, contacts_.back().node.id, node.id)) || find(node.id)) return false;
  const std::size_t victim = victim_of(node);
  return victim == contacts_.size() || closer(self_, node.id, contacts_[victim].node.id);
}

SiblingChange SiblingList::add(const Contact& contact) {
  P2PNS_ASSERT(contact.node.id != self_);
  if (Contact* const known = find(contact.node.id)) {
    *known = contact;
    return {};
  }
  if (!would_enter(contact.node)) return {};
  SiblingChange change{true, std::nullopt};
  const std::size_t victim = victim_of(contact.node);
  if (victim < contacts_.size()) {
    change.displaced = contacts_[victim].node;
    contacts_.erase(contacts_.begin() + static_cast<std::ptrdiff_t>(victim));
  }
  contacts_.insert(contacts_.begin() + static_cast<std::ptrdiff_t>(position_of(contact.node.id)), contact);
  return change;
}

bool SiblingList::remove(const NodeId& id) {
  const std::size_t position = position_of(id);
  if (position >= contacts_.size() || contacts_[position].node.id != id) return false;
  contacts_.erase(contacts_.begin() + static_cast<std::ptrdiff_t>(position));
  return true;
}

}  // namespace p2pns::kbr
