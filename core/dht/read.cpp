#include "core/dht/read.hpp"

#include <algorithm>

namespace p2pns::dht {
namespace {

Tally tally_of(const std::vector<Vote>& votes) {
  Tally tally;
  tally.replicas = votes.size();
  tally.answered = static_cast<std::size_t>(std::ranges::count_if(votes, &Vote::counts));
  tally.empty = static_cast<std::size_t>(
      std::ranges::count_if(votes, [](const Vote& vote) { return vote.counts && !vote.record; }));
  return tally;
}

ReadResult accept(const std::vector<Vote>& votes, const OwnerCount& owner, Tally tally) {
  ReadResult result;
  result.record = newest_of(votes, owner.owner);
  tally.agreeing = static_cast<std::size_t>(std::ranges::count_if(
      votes, [&result](const Vote& vote) { return vote.counts && vote.record == result.record; }));
  tally.others = tally.answered - tally.empty - owner.votes;
  result.tally = tally;
  return result;
}

}  // namespace

Result<ReadResult> judge_read(const std::vector<Vote>& votes) {
  Tally tally = tally_of(votes);
  if (tally.answered == 0) return Errc::not_reachable;
  if (tally.answered < votes_needed(votes.size())) return Errc::timed_out;
  const auto owners = count_owners(votes);
  if (owners.empty()) return ReadResult{std::nullopt, tally, {}, {}};
  const std::size_t first = 2 * owners.front().votes;
  const bool agreed = owners.size() == 1 ? first >= tally.answered : first > tally.answered;
  if (agreed) return accept(votes, owners.front(), tally);
  if (2 * tally.empty <= tally.answered) return Errc::contested;
  // A majority knows no such name. What the others show can be a claim under way, a withdrawal that was lost, or one
  // replica's own invention; counting it would let any single replica make every free name look contested.
  tally.others = tally.answered - tally.empty;
  return ReadResult{std::nullopt, tally, {}, {}};
}

Read::Read(const ReadEnvironment& environment, const Key& key, RecordType type, std::size_t disjoint_paths,
           TaskList& list, Completion<Result<ReadResult>> completion)
    : TaskOf(list, std::move(completion)),
      environment_(environment),
      key_(key),
      type_(type),
      disjoint_paths_(disjoint_paths) {}

void Read::start() {
  lookup_ = environment_.routing.lookup(key_, get_options(key_, type_, disjoint_paths_),
                                        [this](kbr::LookupResult result) { on_looked_up(std::move(result)); });
}

void Read::on_looked_up(kbr::LookupResult found) {
  if (found.error) return finish(found.error);
  on_answers(std::move(found));
}

void Read::on_answers(kbr::LookupResult found) {
  auto judged = judge_read(collect_votes(found, key_, type_, environment_.votes));
  if (!judged) return finish(judged.error());
  ReadResult result = std::move(*judged);
  result.hops = std::move(found.hops);
  result.took = found.took;
  finish(std::move(result));
}

}  // namespace p2pns::dht
