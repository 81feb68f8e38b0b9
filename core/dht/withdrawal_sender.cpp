#include "core/dht/withdrawal_sender.hpp"

namespace p2pns::dht {

void WithdrawalSender::send(std::vector<ReplicaTarget> targets, SignedRecord withdrawal,
                            Callback<void(std::size_t)> told) {
  if (targets.empty() || jobs_.size() == withdrawals_under_way_maximum) {
    if (told) timers_.post([told = std::move(told)] { told(0); });
    return;
  }
  const auto job = jobs_.emplace(jobs_.end());
  job->withdrawal = std::move(withdrawal);
  job->told = std::move(told);
  job->open = targets.size();
  job->receivers.resize(targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    job->receivers[i].target = std::move(targets[i]);
    try_once(job, i);
  }
}

void WithdrawalSender::try_once(Jobs::iterator job, std::size_t index) {
  Receiver& receiver = job->receivers[index];
  ++receiver.tries;
  receiver.call = client_.withdraw(receiver.target, job->withdrawal,
                                   [this, job, index](bool withdrawn) { on_answer(job, index, withdrawn); });
}

void WithdrawalSender::on_answer(Jobs::iterator job, std::size_t index, bool withdrawn) {
  Receiver& receiver = job->receivers[index];
  if (!withdrawn && receiver.tries < withdrawal_tries) {
    receiver.pause = timers_.after(withdrawal_pause, [this, job, index] { try_once(job, index); });
    return;
  }
  --job->open;
  if (withdrawn) ++job->acknowledged;
  if (job->open == 0) return tell(job);
  if (2 * job->acknowledged > job->receivers.size() && !job->stragglers.pending() && job->told)
    job->stragglers = timers_.after(straggler_wait, [this, job] { tell(job); });
}

void WithdrawalSender::tell(Jobs::iterator job) {
  const auto told = std::move(job->told);
  const std::size_t acknowledged = job->acknowledged;
  if (job->open == 0) jobs_.erase(job);
  if (told) told(acknowledged);  // may destroy this object
}

}  // namespace p2pns::dht
