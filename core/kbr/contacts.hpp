// Contacts: everybody this node knows to be alive: routing table and sibling list kept in step. Only who answered our
// own authenticated call gets in. It asks nobody; maintenance does.
#pragma once

#include <vector>

#include "core/kbr/routing_table.hpp"
#include "core/kbr/sibling_list.hpp"

namespace p2pns::kbr {

class Contacts {
 public:
  Contacts(const NodeId& self, const BlockRule& rule) : self_(self), table_(self, rule), siblings_(self, rule) {}

  /// It answered our call from its front endpoint and serves requests.
  void add(const NodeHandle&, Duration round_trip, TimePoint now);
  /// It answered our call. False, and nothing changes, when it is not among the contacts.
  bool touch(const NodeHandle&, Duration round_trip, TimePoint now);
  /// Some call to it failed, perhaps at an address that somebody made up: a suspect until a check decides. False when
  /// it is not among the contacts.
  bool suspect(const NodeId&);
  /// A liveness ping to its own address was sent.
  void note_check(const NodeId&, TimePoint now);
  /// That ping was not answered, or it serves no more; `silences_before`: its count when the ping was sent (the failed
  /// call itself has made it a suspect meanwhile). True when the contact is dropped.
  bool miss_check(const NodeId&, int silences_before);

  /// It says that it stops serving. True when it was among the contacts.
  bool remove(const NodeId&);

  bool would_accept(const NodeHandle& node) const noexcept {
    return siblings_.would_enter(node) || table_.has_room_for(node);
  }
  const Contact* find(const NodeId&) const noexcept;
  /// Nearest first, without suspects and without `except`. Valid until the next change.
  std::vector<const Contact*> nearest(const Key&, std::size_t count, const NodeId* except = nullptr) const;
  /// The same when all are suspects: better than nobody.
  std::vector<const Contact*> nearest_of_all(const Key&, std::size_t count) const;
  /// How many contacts that are no suspects are nearer to the key than this node; counts up to `enough`.
  std::size_t nearer_than_self(const Key&, std::size_t enough) const noexcept;
  /// Every node once, siblings first.
  template <class Visitor>
  void for_each(Visitor visit) const {
    for (const Contact& contact : siblings_.contacts()) visit(contact);
    for (const Bucket& bucket : table_.buckets())
      for (const Contact& contact : bucket.contacts())
        if (!siblings_.find(contact.node.id)) visit(contact);
  }
  std::size_t size() const noexcept;

  const NodeId& self() const noexcept { return self_; }
  const SiblingList& siblings() const noexcept { return siblings_; }
  RoutingTable& table() noexcept { return table_; }
  const RoutingTable& table() const noexcept { return table_; }
  /// At most one; must outlive the contacts or be reset with null.
  void observe(NeighbourObserver* observer) noexcept { observer_ = observer; }

 private:
  std::vector<const Contact*> select(const Key&, std::size_t count, const NodeId* except, bool suspects) const;
  template <class Change>
  bool change(const NodeId&, Change);
  void drop(const NodeId&);
  void enter_siblings(const Contact&);

  NodeId self_;
  RoutingTable table_;
  SiblingList siblings_;
  NeighbourObserver* observer_ = nullptr;
};

}  // namespace p2pns::kbr
