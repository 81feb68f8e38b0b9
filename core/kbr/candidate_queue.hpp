// CandidateQueue: nodes that may deserve a place in the tables and were not proven yet. Bounded; what is nearest to
// this node goes first and stays longest. Takes now as argument; Prober does the asking.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/time.hpp"
#include "core/kbr/key_based_routing.hpp"

namespace p2pns::kbr {

/// Three times a sibling list: the worst honest burst is an overlay whose nodes all start at one seed.
inline constexpr std::size_t candidates_maximum = 256;

class CandidateQueue {
 public:
  explicit CandidateQueue(const NodeId& self) : self_(self) {}

  /// Not to be asked before `due`. One that waits already keeps the earlier time and the newer address. False when the
  /// queue is full of nearer ones.
  bool offer(const NodeHandle&, TimePoint due);
  /// The nearest one that is due, or null; valid until the next change.
  const NodeHandle* nearest_due(TimePoint now) const;
  /// The same, removed.
  std::optional<NodeHandle> take(TimePoint now);
  template <class Predicate>
  bool any_due(TimePoint now, Predicate holds) const {
    return std::ranges::any_of(waiting_, [&](const Waiting& each) { return each.due <= now && holds(each.node); });
  }
  std::optional<TimePoint> next_due() const;
  std::size_t size() const noexcept { return waiting_.size(); }

 private:
  struct Waiting {
    NodeHandle node;
    TimePoint due;
  };
  std::vector<Waiting>::const_iterator find_nearest_due(TimePoint now) const;

  NodeId self_;
  std::vector<Waiting> waiting_;  // a few hundred at most: searched as fast as hashed
};

}  // namespace p2pns::kbr
