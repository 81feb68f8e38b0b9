// Prober: pings candidates that would fit into the tables, and lets in who answers and serves. Slow on purpose: a burst
// for joining, then a trickle; who failed lately is not asked again. Candidates for the sibling list have a budget of
// their own: a join waits for them, and must not wait for the far buckets.
#pragma once

#include <unordered_map>

#include "core/base/token_bucket.hpp"
#include "core/kbr/candidate_queue.hpp"
#include "core/kbr/maintenance_context.hpp"
#include "core/kbr/recent_memory.hpp"

namespace p2pns::kbr {

inline constexpr std::size_t probes_at_once_maximum = 16;
/// Of these, for buckets: silent ones must not hold up candidates for the sibling list.
inline constexpr std::size_t bucket_probes_at_once_maximum = 8;
/// A join probes a sibling list and some; afterwards a candidate may wait.
inline constexpr double sibling_probes_burst = 160;
/// Two buckets: lookups prove most of the table by themselves.
inline constexpr double bucket_probes_burst = 32;
/// Of each of the two.
inline constexpr double probes_per_second = 10;
/// After the first failure; four times as long after every further one, up to the maximum. A first contact may take
/// four datagrams, so at 2 % loss one in two hundred fails although the node lives, and a neighbour must not be missed.
inline constexpr Duration probe_retry_first = std::chrono::seconds{1};
inline constexpr Duration probe_retry_maximum = std::chrono::minutes{2};
inline constexpr int probe_retry_growth = 4;
/// So often it is tried again unasked; afterwards only when it is named again.
inline constexpr int probe_retries = 2;
inline constexpr Duration failed_probe_memory = std::chrono::minutes{5};
/// A node that does not serve yet tells us when it does; asking now and then covers a lost message.
inline constexpr Duration unjoined_memory = std::chrono::seconds{20};
inline constexpr std::size_t probe_memory_maximum = 512;
/// Who asked us something is most likely joining and does not serve yet.
inline constexpr Duration asker_delay = std::chrono::seconds{2};

enum class Urgency : std::uint8_t {
  announced,  ///< it says that it serves, or shows up at a new address: whatever is remembered does not matter
  soon,       ///< named by somebody
  later,      ///< asked us something
};

class Prober {
 public:
  explicit Prober(MaintenanceContext&);

  /// Queues the node when it would fit, or is known at other addresses only (announced).
  void offer(const NodeHandle&, Urgency);
  /// No candidate for the sibling list is due or under way.
  bool settled() const;
  /// Runs whenever it becomes settled.
  void on_settled(Callback<void()> callback) { on_settled_ = std::move(callback); }
  std::size_t waiting() const noexcept { return queue_.size(); }

 private:
  bool wanted(const NodeHandle&) const;
  bool for_siblings(const NodeHandle&) const;
  /// When one more probe of this kind may start; none: when one under way has ended.
  std::optional<TimePoint> admit(bool for_siblings, TimePoint now);
  /// Until then a failed candidate is left alone.
  TimePoint not_before(const NodeId&) const;
  void pump();
  void arm(std::optional<TimePoint> at);
  void tell_if_settled();
  void probe(NodeHandle);
  void on_answer(const NodeHandle&, Result<rpc::Answer>);
  void on_failure(const NodeHandle&);
  /// Shows the cookie that came with the first answer: only then the node takes notice of us.
  void greet(const NodeHandle&);
  void on_probe_ended(const NodeHandle&, Result<rpc::Answer>);

  MaintenanceContext& context_;
  CandidateQueue queue_;
  RecentMemory failed_;
  RecentMemory unjoined_;
  TokenBucket sibling_tokens_;
  TokenBucket bucket_tokens_;
  struct Probe {
    bool for_siblings = false;
    Operation call;
    std::optional<NodeHandle> announced_meanwhile;  // the answer may be older than the announcement
  };
  std::unordered_map<NodeId, Probe> under_way_;
  Callback<void()> on_settled_;
  Timer timer_;
};

}  // namespace p2pns::kbr
