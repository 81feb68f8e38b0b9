#include "core/kbr/contacts.hpp"

#include <algorithm>

#include "core/kbr/distance_rank.hpp"

namespace p2pns::kbr {
namespace {

struct Ranked {
  std::uint64_t rank;
  const Contact* contact;
};

}  // namespace

template <class Change>
bool Contacts::change(const NodeId& id, Change apply) {
  Contact* const sibling = siblings_.find(id);
  Contact* const entry = table_.find(id);
  if (sibling) apply(*sibling);
  if (entry) apply(*entry);
  return sibling || entry;
}

const Contact* Contacts::find(const NodeId& id) const noexcept {
  const Contact* const sibling = siblings_.find(id);
  return sibling ? sibling : table_.find(id);
}

void Contacts::enter_siblings(const Contact& contact) {
  const NodeHandle entering = contact.node;
  const SiblingChange change = siblings_.add(contact);
  if (!observer_ || !change.entered) return;
  if (change.displaced) observer_->on_neighbour_left(*change.displaced);
  observer_->on_neighbour_joined(entering);
}

void Contacts::add(const NodeHandle& node, Duration round_trip, TimePoint now) {
  if (node.id == self_ || node.endpoints.empty()) return;
  const Contact* const known = find(node.id);
  Contact contact = known ? *known : Contact{};
  if (!known) contact.node = node;
  if (!known || contact.last_answer != now) note_answer(contact, node, round_trip, now);
  table_.add(contact);
  enter_siblings(contact);
}

bool Contacts::touch(const NodeHandle& node, Duration round_trip, TimePoint now) {
  return change(node.id, [&](Contact& contact) { note_answer(contact, node, round_trip, now); });
}

bool Contacts::suspect(const NodeId& id) {
  return change(id, [](Contact& contact) { contact.silences = std::max(contact.silences, 1); });
}

void Contacts::note_check(const NodeId& id, TimePoint now) {
  change(id, [now](Contact& contact) { contact.last_check = now; });
}

bool Contacts::miss_check(const NodeId& id, int silences_before) {
  if (!change(id, [&](Contact& contact) { contact.silences = silences_before + 1; })) return false;
  if (silences_before + 1 < silences_until_dropped) return false;
  drop(NodeId{id});  // a copy: the caller's may live in the contact
  return true;
}

bool Contacts::remove(const NodeId& id) {
  if (!find(id)) return false;
  drop(NodeId{id});
  return true;
}

void Contacts::drop(const NodeId& id) {
  const NodeHandle node = find(id)->node;
  if (const auto promoted = table_.remove(id)) suspect(promoted->id);  // not heard of lately: to be checked first
  if (!siblings_.remove(id)) return;
  if (observer_) observer_->on_neighbour_left(node);
  std::vector<Contact> entering;
  for (const Bucket& bucket : table_.buckets())
    for (const Contact& contact : bucket.contacts())
      if (!contact.suspect() && siblings_.would_enter(contact.node)) entering.push_back(contact);
  for (const Contact& contact : entering) enter_siblings(contact);
}

std::vector<const Contact*> Contacts::select(const Key& key, std::size_t count, const NodeId* except,
                                             bool suspects) const {
  std::vector<Ranked> ranked;
  ranked.reserve(table_.size() + siblings_.size());
  const std::uint64_t word = leading_word(key);
  for_each([&](const Contact& contact) {
    if ((contact.suspect() && !suspects) || (except && contact.node.id == *except)) return;
    ranked.push_back({leading_word(contact.node.id) ^ word, &contact});
  });
  const auto nearer = [&key](const Ranked& left, const Ranked& right) {
    if (left.rank != right.rank) return left.rank < right.rank;
    return closer(key, left.contact->node.id, right.contact->node.id);
  };
  const std::size_t taken = std::min(count, ranked.size());
  const auto end = ranked.begin() + static_cast<std::ptrdiff_t>(taken);
  std::partial_sort(ranked.begin(), end, ranked.end(), nearer);
  std::vector<const Contact*> result;
  result.reserve(taken);
  for (auto each = ranked.begin(); each != end; ++each) result.push_back(each->contact);
  return result;
}

std::vector<const Contact*> Contacts::nearest(const Key& key, std::size_t count, const NodeId* except) const {
  return select(key, count, except, false);
}

std::vector<const Contact*> Contacts::nearest_of_all(const Key& key, std::size_t count) const {
  return select(key, count, nullptr, true);
}

std::size_t Contacts::nearer_than_self(const Key& key, std::size_t enough) const noexcept {
  std::size_t nearer = 0;
  for_each([&](const Contact& contact) {
    if (nearer < enough && !contact.suspect() && closer(key, contact.node.id, self_)) ++nearer;
  });
  return nearer;
}

std::size_t Contacts::size() const noexcept {
  std::size_t count = 0;
  for_each([&count](const Contact&) { ++count; });
  return count;
}

}  // namespace p2pns::kbr
