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
  tally.others = tally.answered - tally.empty;
  return tally;
}

void accept(ReadResult& result, const std::vector<Vote>& votes, const OwnerCount& owner) {
  result.record = newest_of(votes, owner.owner);
  result.tally.agreeing = static_cast<std::size_t>(std::ranges::count_if(
      votes, [&result](const Vote& vote) { return vote.counts && vote.record == result.record; }));
  result.tally.others -= owner.votes;
}

}  // namespace

ReadResult judge_read(const std::vector<Vote>& votes) {
  ReadResult result;
  result.tally = tally_of(votes);
  const Tally& tally = result.tally;
  if (tally.answered < votes_needed(votes.size())) {
    result.error = tally.answered == 0 ? Errc::not_reachable : Errc::timed_out;
    return result;
  }
  const auto owners = count_owners(votes);
  if (owners.empty()) return result;
  const std::size_t first = 2 * owners.front().votes;
  const bool agreed = owners.size() == 1 ? first >= tally.answered : first > tally.answered;
  // A majority that knows no such name is believed. What the others show can be a claim under way, a withdrawal that
  // was lost, or one replica's own invention; counting it would let any single replica make every free name look
  // contested.
  if (agreed)
    accept(result, votes, owners.front());
  else if (2 * tally.empty <= tally.answered)
    result.error = Errc::contested;
  return result;
}

// So many cannot be outvoted by those that were not heard. "No such name" is never safe: nodes on the way to the key,
// who keep nothing of it, say so with good reason.
ReadResult judge_cut_off_read(const std::vector<Vote>& votes) {
  ReadResult result;
  result.tally = tally_of(votes);
  const auto owners = count_owners(votes);
  if (!owners.empty() && owners.front().votes >= votes_needed(kbr::siblings_per_key))
    accept(result, votes, owners.front());
  else
    result.error = Errc::timed_out;
  return result;
}

ReadResult judge_published(const std::vector<Vote>& votes, const crypto::PublicKey& owner) {
  ReadResult result;
  result.tally = tally_of(votes);
  result.record = newest_of(votes, owner);
  if (result.tally.answered == 0) result.error = Errc::not_reachable;
  result.tally.agreeing = static_cast<std::size_t>(std::ranges::count_if(
      votes, [&result](const Vote& vote) { return vote.counts && vote.record && vote.record == result.record; }));
  result.tally.others -= result.tally.agreeing;
  return result;
}

Read::Read(const ReadEnvironment& environment, const Key& key, RecordType type,
           std::optional<crypto::PublicKey> published_by, kbr::LookupOptions options, TaskList& list,
           Completion<ReadResult> completion)
    : TaskOf(list, std::move(completion)),
      environment_(environment),
      key_(key),
      type_(type),
      published_by_(published_by),
      options_(std::move(options)) {}

void Read::start() {
  lookup_ = environment_.routing.lookup(key_, options_,
                                        [this](kbr::LookupResult result) { on_looked_up(std::move(result)); });
}

ReadResult Read::judge(const kbr::LookupResult& found) const {
  const auto votes = collect_votes(found, key_, type_, environment_.votes);
  const bool cut_off = found.error == Errc::timed_out;
  if (published_by_) {
    ReadResult result = judge_published(votes, *published_by_);
    if (found.error && !result.record) result.error = found.error;
    return result;
  }
  ReadResult result = cut_off ? judge_cut_off_read(votes) : judge_read(votes);
  if (found.error && !cut_off) result.error = found.error;
  return result;
}

void Read::on_looked_up(kbr::LookupResult found) {
  ReadResult result = judge(found);
  result.hops = std::move(found.hops);
  result.took = found.took;
  finish(std::move(result));
}

}  // namespace p2pns::dht
