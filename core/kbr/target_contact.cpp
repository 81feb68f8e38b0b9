#include "core/kbr/target_contact.hpp"

#include <algorithm>

namespace p2pns::kbr {

TargetContact::TargetContact(rpc::RpcChannel& channel, TimerQueue& timers) : channel_(channel), timers_(timers) {}

void TargetContact::start(LookupRequest request, Duration hedge, Settled settled, Callback<void()> slow) {
  request_ = std::move(request);
  hedge_ = hedge;
  settled_ = std::move(settled);
  slow_ = std::move(slow);
}

void TargetContact::offer(const NodeHandle& node) {
  for (const Endpoint& endpoint : node.endpoints) {
    if (attempts_.size() >= target_addresses_maximum) return;
    const auto tried = [&](const Attempt& attempt) { return attempt.to.endpoints.front() == endpoint; };
    if (std::ranges::any_of(attempts_, tried)) continue;
    Attempt& attempt = attempts_.emplace_back();
    attempt.to = node;
    attempt.to.endpoints.assign(1, endpoint);
  }
  launch_waiting();
}

void TargetContact::launch_waiting() {
  for (Attempt& attempt : attempts_) {
    if (calls_under_way_ >= target_calls_maximum) return;
    if (!attempt.launched) launch(attempt);
  }
}

void TargetContact::launch(Attempt& attempt) {
  attempt.launched = true;
  attempt.started = timers_.now();
  ++calls_under_way_;
  attempt.hedge = timers_.after(hedge_, [this, &attempt] {
    attempt.slow = true;
    attempt.second_call = call(attempt);
    slow_();
  });
  attempt.call = call(attempt);
}

Operation TargetContact::call(Attempt& attempt) {
  ++attempt.calls_under_way;
  return channel_.call(attempt.to, request_.type, request_.body, request_.answer_bytes,
                       [this, &attempt](Result<rpc::Answer> answer) { on_answer(attempt, std::move(answer)); });
}

void TargetContact::on_answer(Attempt& attempt, Result<rpc::Answer> answer) {
  --attempt.calls_under_way;
  if (!answer && attempt.calls_under_way > 0) return;
  attempt.settled = true;
  attempt.answered = answer.has_value();
  attempt.took = timers_.now() - attempt.started;
  attempt.hedge.cancel();
  --calls_under_way_;
  launch_waiting();
  settled_(std::move(answer));
}

bool TargetContact::promising() const noexcept {
  return std::ranges::any_of(attempts_,
                             [](const Attempt& each) { return each.launched && !each.settled && !each.slow; });
}

std::vector<LookupHop> TargetContact::hops(TimePoint lookup_started) const {
  std::vector<LookupHop> hops;
  for (const Attempt& attempt : attempts_) {
    if (!attempt.launched) continue;
    const Duration took = attempt.settled ? attempt.took : timers_.now() - attempt.started;
    hops.push_back({attempt.to, target_path, attempt.started - lookup_started, took, attempt.answered, 0});
  }
  return hops;
}

}  // namespace p2pns::kbr
