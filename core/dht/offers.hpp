// Offers: brings records to the replicas that should have them. A record is offered by its digest; only what is wanted
// travels. Paced and bounded: what cannot be offered now is found again when digests are compared.
#pragma once

#include <map>
#include <set>

#include "core/base/token_bucket.hpp"
#include "core/dht/replication_context.hpp"

namespace p2pns::dht {

/// OFFER and HAND_OVER calls a second, of this node: 32 offers or some 4 records each.
inline constexpr double offer_calls_per_second = 50;
inline constexpr double offer_calls_burst = 100;
inline constexpr std::size_t offer_calls_at_once_maximum = 8;
/// Places that wait, all targets together, about 100 bytes each. More are not taken (counted as unsent).
inline constexpr std::size_t offers_waiting_maximum = 100'000;

class Offers {
 public:
  /// `holds`: the target has this record, or a newer one of the same owner.
  using Outcome = Callback<void(const RecordPlace&, const NodeId& target, bool holds)>;

  explicit Offers(const ReplicationContext& context, std::size_t waiting_maximum = offers_waiting_maximum)
      : context_(context), waiting_maximum_(waiting_maximum), tokens_{offer_calls_burst, context.timers.now()} {}
  Offers(const Offers&) = delete;
  Offers& operator=(const Offers&) = delete;

  /// Queues what is stored at this place for the target; twice is once.
  void add(const wire::NodeHandle& target, const RecordPlace&);
  /// Told for every place whose target has answered.
  void on_outcome(Outcome outcome) { outcome_ = std::move(outcome); }
  /// Runs once, as soon as nothing waits and nothing is under way (at once: posted).
  void when_idle(Callback<void()>);
  std::size_t waiting() const noexcept { return waiting_; }
  bool idle() const noexcept { return targets_.empty(); }

 private:
  struct Target {
    wire::NodeHandle node;
    std::set<RecordPlace> waiting;
    std::vector<VerifiedRecord> offered;  // under way
    std::deque<VerifiedRecord> wanted;    // to be handed over
    std::vector<VerifiedRecord> sent;     // under way
    Operation call;
    bool busy = false;
  };
  using Targets = std::map<NodeId, Target>;

  void pump();
  /// True when a call was started; false: the target has nothing left.
  bool next_call(Target&);
  bool offer(Target&);
  void hand_over(Target&);
  void on_offered(Target&, Result<wire::Offered>);
  void on_handed_over(Target&, Result<wire::HandedOver>);
  void on_verdict(const NodeId& target, const VerifiedRecord& sent, wire::HandedOver::Item);
  void give_up(Target&);
  void tell(const NodeId& target, const VerifiedRecord&, bool holds);
  void end_call(const NodeId&);

  ReplicationContext context_;
  std::size_t waiting_maximum_;
  TokenBucket tokens_;
  Targets targets_;
  NodeId last_served_;  // round robin
  std::size_t waiting_ = 0;
  std::size_t calls_under_way_ = 0;
  Outcome outcome_;
  Callback<void()> when_idle_;
  std::map<RecordPlace, Operation> learned_;  // what stood in the way elsewhere, being stored here
  Timer timer_;
};

}  // namespace p2pns::dht
