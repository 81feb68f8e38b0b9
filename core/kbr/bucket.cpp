#include "core/kbr/bucket.hpp"

#include <algorithm>

namespace p2pns::kbr {
namespace {

auto with_id(const NodeId& id) {
  return [&id](const Contact& contact) { return contact.node.id == id; };
}

}  // namespace

void note_answer(Contact& contact, const NodeHandle& node, Duration round_trip, TimePoint now) {
  if (!node.endpoints.empty()) wire::prefer_endpoint(contact.node, node.endpoints.front());
  contact.node.puzzle = node.puzzle;
  contact.round_trip.add(round_trip);
  contact.last_answer = now;
  contact.silences = 0;
}

Contact* Bucket::find(const NodeId& id) noexcept {
  const auto found = std::ranges::find_if(contacts_, with_id(id));
  return found == contacts_.end() ? nullptr : &*found;
}

const Contact* Bucket::find(const NodeId& id) const noexcept {
  const auto found = std::ranges::find_if(contacts_, with_id(id));
  return found == contacts_.end() ? nullptr : &*found;
}

bool Bucket::has_room_for(const NodeHandle& node, const BlockRule& rule) const noexcept {
  if (full() || find(node.id)) return false;
  const auto block = rule.counted_block(node);
  if (!block) return true;
  const auto same = std::ranges::count_if(
      contacts_, [&](const Contact& contact) { return rule.counted_block(contact.node) == block; });
  return static_cast<std::size_t>(same) < contacts_per_block_maximum;
}

Admission Bucket::add(const Contact& contact, const BlockRule& rule) {
  if (Contact* const known = find(contact.node.id)) {
    *known = contact;
    return Admission::updated;
  }
  if (!has_room_for(contact.node, rule)) {
    cache(contact);
    return Admission::cached;
  }
  std::erase_if(replacements_, with_id(contact.node.id));
  contacts_.push_back(contact);
  return Admission::added;
}

void Bucket::cache(const Contact& contact) {
  std::erase_if(replacements_, with_id(contact.node.id));
  if (replacements_.size() >= replacements_maximum) replacements_.erase(replacements_.begin());
  replacements_.push_back(contact);
}

std::optional<NodeHandle> Bucket::remove(const NodeId& id, const BlockRule& rule) {
  std::erase_if(replacements_, with_id(id));
  if (std::erase_if(contacts_, with_id(id)) == 0) return std::nullopt;
  for (auto waiting = replacements_.rbegin(); waiting != replacements_.rend(); ++waiting) {
    if (!has_room_for(waiting->node, rule)) continue;
    contacts_.push_back(*waiting);
    replacements_.erase(std::next(waiting).base());
    return contacts_.back().node;
  }
  return std::nullopt;
}

}  // namespace p2pns::kbr
