// SiblingList: the 5 x 16 proven nodes nearest to this one, nearest first (S/Kademlia, Baumgart & Mies 2007, section
// 4.2: 5s, so that every node knows all siblings of any key it is responsible for).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/kbr/bucket.hpp"

namespace p2pns::kbr {

inline constexpr std::size_t siblings_maximum = 5 * siblings_per_key;
/// Of one /24 or /48: a tenth of the list, so that whoever owns a block cannot be half of the 16 replicas of a key
/// anywhere around us unless it drew those identities among 80 random ones.
inline constexpr std::size_t siblings_per_block_maximum = siblings_maximum / 10;

struct SiblingChange {
  bool entered = false;
  std::optional<NodeHandle> displaced;
};

class SiblingList {
 public:
  SiblingList(const NodeId& self, const BlockRule& rule) : self_(self), rule_(rule) {}

  /// A contact that answered us; never this node itself (asserted). Of one block the nearest ones stay, whatever the
  /// order in which they came, so that neighbours agree.
  SiblingChange add(const Contact&);
  /// True when add() would put it in as a new sibling.
  bool would_enter(const NodeHandle&) const noexcept;
  Contact* find(const NodeId&) noexcept;
  const Contact* find(const NodeId&) const noexcept;
  bool remove(const NodeId&);

  /// Nearest first.
  std::span<const Contact> contacts() const noexcept { return contacts_; }
  std::span<Contact> contacts() noexcept { return contacts_; }
  std::size_t size() const noexcept { return contacts_.size(); }
  bool full() const noexcept { return contacts_.size() >= siblings_maximum; }

 private:
  std::size_t position_of(const NodeId&) const noexcept;
  /// Who would have to go for it; the list's size: nobody. Only for one that would enter.
  std::size_t victim_of(const NodeHandle&) const noexcept;

  NodeId self_;
  BlockRule rule_;
  std::vector<Contact> contacts_;
};

}  // namespace p2pns::kbr
