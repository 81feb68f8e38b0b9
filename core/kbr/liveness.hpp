// Liveness: pings siblings that were not heard of for a while, and suspects at once. Any answer counts, so a busy node
// pings hardly anybody. Every fourth check of a near sibling is a FIND_NODE for this node itself: it proves as much and
// tells of neighbours that were missed.
#pragma once

#include <unordered_map>

#include "core/kbr/lookup.hpp"
#include "core/kbr/maintenance_context.hpp"

namespace p2pns::kbr {

inline constexpr Duration near_sibling_interval = std::chrono::seconds{60};  // the 16 nearest: they hold our replicas
inline constexpr Duration far_sibling_interval = std::chrono::minutes{10};
inline constexpr Duration check_again_after = std::chrono::seconds{1};
/// A mass failure makes many suspects: checked a few at a time.
inline constexpr std::size_t checks_at_once_maximum = 8;
inline constexpr std::uint64_t exchange_every = 4;

class Liveness {
 public:
  /// `observer` hears of the neighbours that siblings name.
  Liveness(MaintenanceContext& context, LookupObserver& observer) : context_(context), observer_(observer) {}

  void start() { arm(); }
  /// A call to this contact failed.
  void on_suspect(const NodeId&);
  /// When this contact is to be checked next; `rank`: its place among the siblings.
  static TimePoint check_due(const Contact&, std::size_t rank);

 private:
  void arm();
  void check_due_contacts();
  void check(const Contact&, bool near);
  void on_answer(const NodeId&, int silences_before, Result<rpc::Answer>);
  bool still_serves(const rpc::Answer&);

  MaintenanceContext& context_;
  LookupObserver& observer_;
  std::unordered_map<NodeId, Operation> under_way_;
  bool started_ = false;
  Timer timer_;
};

/// Hands the contacts of a NODES answer to the observer. False when it is none, or malformed.
bool name_contacts(const rpc::Answer&, const crypto::PuzzleDifficulty&, LookupObserver&);

}  // namespace p2pns::kbr
