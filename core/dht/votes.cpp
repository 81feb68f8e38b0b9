#include "core/dht/votes.hpp"

#include <algorithm>

namespace p2pns::dht {
namespace {

Vote vote_of(const kbr::LookupAnswer& answer, const Key& key, RecordType type, const VoteEnvironment& environment) {
  if (answer.self) {
    if (!environment.replica.ready_for(key)) return {};
    return {true, environment.replica.find(key, type)};
  }
  if (answer.type != wire::MessageType::value) return {};
  auto value = wire::decode_value(answer.body, environment.network.puzzles);
  if (!value) return {};
  if (value->record.empty()) return {true, std::nullopt};
  auto record = environment.records.verify({type, std::move(value->record)});
  if (!record || record->key() != key) {
    ++environment.counters.lies;
    return {};
  }
  return {true, std::move(*record)};
}

}  // namespace

std::vector<Vote> collect_votes(const kbr::LookupResult& result, const Key& key, RecordType type,
                                const VoteEnvironment& environment) {
  std::vector<Vote> votes;
  votes.reserve(result.answers.size());
  for (const kbr::LookupAnswer& answer : result.answers) votes.push_back(vote_of(answer, key, type, environment));
  return votes;
}

std::vector<ReplicaTarget> targets_of(const kbr::LookupResult& result) {
  std::vector<ReplicaTarget> targets;
  targets.reserve(result.answers.size());
  for (const kbr::LookupAnswer& answer : result.answers) targets.push_back({answer.node, answer.self});
  return targets;
}

std::vector<OwnerCount> count_owners(const std::vector<Vote>& votes) {
  std::vector<OwnerCount> owners;
  for (const Vote& vote : votes) {
    if (!vote.counts || !vote.record) continue;
    const auto known = std::ranges::find(owners, vote.record->owner(), &OwnerCount::owner);
    if (known == owners.end())
      owners.push_back({vote.record->owner(), 1});
    else
      ++known->votes;
  }
  std::ranges::stable_sort(owners, std::ranges::greater{}, &OwnerCount::votes);
  return owners;
}

std::optional<VerifiedRecord> newest_of(const std::vector<Vote>& votes, const crypto::PublicKey& owner) {
  const VerifiedRecord* newest = nullptr;
  for (const Vote& vote : votes) {
    if (!vote.counts || !vote.record || vote.record->owner() != owner) continue;
    const VerifiedRecord& record = *vote.record;
    const bool better =
        !newest || newer(record, *newest) || (!newer(*newest, record) && record.bytes() < newest->bytes());
    if (better) newest = &record;
  }
  return newest ? std::optional{*newest} : std::nullopt;
}

kbr::LookupOptions get_options(const Key& key, RecordType type, std::size_t disjoint_paths) {
  kbr::LookupOptions options;
  options.disjoint_paths = disjoint_paths;
  options.request =
      kbr::LookupRequest{wire::MessageType::get, wire::encode(wire::Get{key, static_cast<std::uint8_t>(type)})};
  return options;
}

}  // namespace p2pns::dht
