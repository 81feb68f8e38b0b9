#include "core/kbr/observed_address.hpp"

#include <algorithm>

namespace p2pns::kbr {

bool ObservedAddress::wins(const Endpoint& candidate, const std::vector<Vote>& votes) {
  const auto agreeing = static_cast<std::size_t>(std::ranges::count(votes, candidate, &Vote::seen));
  if (votes.size() < address_votes_needed) return agreeing == votes.size();
  return agreeing >= address_votes_needed && 2 * agreeing > votes.size();
}

void ObservedAddress::note(const wire::NodeHandle& witness, const Endpoint& seen, TimePoint now) {
  if (witness.endpoints.empty() || seen.port == 0) return;
  if (seen.address.is_unspecified() || seen.address.is_multicast()) return;
  const auto block = rule_.counted_block(witness);
  const Voter voter{block, block ? std::nullopt : std::optional{witness.id}};
  Family& family = families_[seen.address.family == IpFamily::v4 ? 0 : 1];
  std::erase_if(family.votes,
                [&](const Vote& vote) { return vote.voter == voter || vote.at + address_vote_life <= now; });
  if (family.votes.size() == address_voters_maximum) family.votes.erase(family.votes.begin());
  family.votes.push_back({voter, seen, now});
  // One that wins because votes against it ran out is adopted with its own next vote.
  if (family.current == seen || !wins(seen, family.votes)) return;
  family.current = seen;
  if (on_change_) on_change_(seen);
}

}  // namespace p2pns::kbr
