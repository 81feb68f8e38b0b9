#include "core/dht/release.hpp"

#include <algorithm>

namespace p2pns::dht {

Release::Release(const ReleaseEnvironment& environment, Binding binding, const crypto::Signer& signer,
                 std::size_t disjoint_paths, TaskList& list, Completion<Result<Tally>> completion)
    : TaskOf(list, std::move(completion)),
      environment_(environment),
      binding_(std::move(binding)),
      signer_(signer),
      disjoint_paths_(disjoint_paths),
      key_(name_position(binding_.zone, binding_.label, 0)) {}

void Release::start() {
  lookup_ = environment_.routing.lookup(key_, get_options(key_, RecordType::binding, disjoint_paths_),
                                        [this](const kbr::LookupResult& found) { on_looked_up(found); });
}

void Release::on_looked_up(const kbr::LookupResult& found) {
  if (found.error) return finish(found.error);  // also timed_out: without all replicas no majority can be counted
  const auto votes = collect_votes(found, key_, RecordType::binding, environment_.votes);
  if (votes.empty()) return finish(Errc::not_reachable);
  tally_.replicas = votes.size();
  // The sending outlives a caller who stops waiting for it; the handle only guards the way back to this task.
  auto [sending, completion] = start_operation<std::size_t>([this](std::size_t count) { on_told(count); });
  sending_ = std::move(sending);
  environment_.withdrawals.send(targets_of(found), withdrawal_above(votes),
                                [done = std::move(completion)](std::size_t count) mutable { done(count); });
}

SignedRecord Release::withdrawal_above(const std::vector<Vote>& votes) const {
  Withdrawal withdrawal{binding_.zone,       binding_.label,    binding_.owner,
                        binding_.generation, binding_.sequence, binding_.not_after};
  // It must forbid all that it withdraws for as long as that could be stored again.
  withdrawal.not_after = std::max(withdrawal.not_after, environment_.wall_clock.now());
  for (const Vote& vote : votes)
    if (vote.counts && vote.record && vote.record->owner() == binding_.owner)
      withdrawal.not_after = std::max(withdrawal.not_after, vote.record->not_after());
  if (const auto newest = newest_of(votes, binding_.owner)) {
    const auto known = std::max(std::pair{newest->generation(), newest->sequence()},
                                std::pair{withdrawal.generation, withdrawal.sequence});
    withdrawal.generation = known.first;
    withdrawal.sequence = known.second;
  }
  return sign(withdrawal, signer_, environment_.votes.network);
}

void Release::on_told(std::size_t acknowledged) {
  tally_.answered = acknowledged;
  tally_.agreeing = acknowledged;
  if (acknowledged == 0) return finish(Errc::not_reachable);
  if (2 * acknowledged <= tally_.replicas) return finish(Errc::timed_out);
  finish(tally_);
}

}  // namespace p2pns::dht
