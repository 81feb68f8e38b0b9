// SiblingFill: learns the neighbourhood by protocol. A lookup of the own id finds and proves the 16 nearest; then
// siblings are asked for their own surroundings, and for the subtrees around them, and what they name is probed, until
// nothing new comes in.
#pragma once

#include <unordered_set>

#include "core/kbr/liveness.hpp"
#include "core/kbr/prober.hpp"

namespace p2pns::kbr {

inline constexpr std::size_t fill_contacts = wire::contacts_per_answer_maximum;
/// Siblings asked in a round for what is around themselves. 80 siblings, 24 named by each: four would do if they named
/// different ones.
inline constexpr std::size_t fill_asks_per_round = 4;
/// Subtrees asked for in a round: a sibling's surroundings end where its subtree does.
inline constexpr std::size_t fill_subtrees_per_round = 4;
inline constexpr std::size_t fill_rounds_maximum = 8;
/// A settling pass asks this many of the nearest, and for so many subtrees.
inline constexpr std::size_t settle_asks = 3;
inline constexpr std::size_t settle_subtrees = 1;
/// A round ends after this long even if candidates still wait: strangers must not be able to hold up a join.
inline constexpr Duration fill_round_maximum = std::chrono::seconds{4};

class SiblingFill {
 public:
  SiblingFill(MaintenanceContext& context, Prober& prober, LookupObserver& observer)
      : context_(context), prober_(prober), observer_(observer) {}

  /// The whole way: lookup, then rounds. `done` runs once and is told whether
  /// new siblings were found; no other fill is under way (see busy()).
  void run(Callback<void(bool found)> done);
  /// One round with some of the nearest siblings: finds who joined at the same time as this node. `done` runs once.
  void settle(Callback<void(bool found)> done);
  bool busy() const noexcept { return busy_; }
  /// The prober has nothing left to do.
  void on_probes_settled() { end_round_when_ready(); }

 private:
  void begin_round();
  std::vector<NodeHandle> choose(std::size_t count);
  Key next_subtree();
  void ask(const NodeHandle&, const Key& target);
  void end_round_when_ready();
  void end_round();

  MaintenanceContext& context_;
  Prober& prober_;
  LookupObserver& observer_;
  Callback<void(bool)> done_;
  bool busy_ = false;
  bool settling_ = false;
  bool round_open_ = false;
  bool found_ = false;  // in any round
  std::size_t rounds_ = 0;
  std::size_t under_way_ = 0;
  std::size_t subtree_ = 0;  // asked for next, counted from the widest that siblings may stand in
  std::unordered_set<NodeId> asked_;
  std::unordered_set<NodeId> known_at_start_;  // of the round
  Operation lookup_;
  std::vector<Operation> calls_;
  Timer round_limit_;
};

}  // namespace p2pns::kbr
