#include "core/dht/gathering.hpp"

#include <algorithm>

namespace p2pns::dht {

std::vector<VerifiedRecord> newest_of_each(const std::vector<Vote>& votes) {
  std::vector<VerifiedRecord> records;
  for (const OwnerCount& owner : count_owners(votes))
    if (auto record = newest_of(votes, owner.owner)) records.push_back(std::move(*record));
  std::ranges::stable_sort(records, [](const auto& left, const auto& right) { return newer(right, left); });
  return records;
}

Gathering::Gathering(const GatheringEnvironment& environment, const Key& position, std::vector<RecordType> types,
                     std::size_t disjoint_paths, Duration time_out, TaskList& list, Completion<GatherResult> completion)
    : TaskOf(list, std::move(completion)),
      environment_(environment),
      position_(position),
      types_(std::move(types)),
      disjoint_paths_(disjoint_paths),
      time_out_(time_out) {
  P2PNS_ASSERT(!types_.empty());
}

void Gathering::start() {
  open_ = types_.size();
  for (const RecordType type : types_) {
    auto options = get_options(position_, type, disjoint_paths_);
    options.time_out = time_out_;
    lookups_.push_back(environment_.routing.lookup(
        position_, options, [this, type](const kbr::LookupResult& found) { on_looked_up(type, found); }));
  }
}

void Gathering::on_looked_up(RecordType type, const kbr::LookupResult& found) {
  const auto votes = collect_votes(found, position_, type, environment_.votes);
  const auto answered = static_cast<std::size_t>(std::ranges::count_if(votes, &Vote::counts));
  result_.answered = std::max(result_.answered, answered);
  if (answered == 0) ++failed_;
  if (found.error) result_.error = found.error;
  const auto records = newest_of_each(votes);
  result_.records.insert(result_.records.end(), records.begin(), records.end());
  if (--open_ > 0) return;
  // "Nobody has one" is only said when every lookup came to its end.
  if (!result_.records.empty())
    result_.error = {};
  else if (!result_.error && failed_ > 0)
    result_.error = Errc::not_reachable;
  std::ranges::stable_sort(result_.records, [](const auto& left, const auto& right) { return newer(right, left); });
  finish(std::move(result_));
}

}  // namespace p2pns::dht
