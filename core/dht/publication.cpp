#include "core/dht/publication.hpp"

#include "core/dht/claim.hpp"

namespace p2pns::dht {

Publication::Publication(const PublicationEnvironment& environment, const Key& key, SignedRecord record,
                         std::size_t disjoint_paths, TaskList& list, Completion<Result<Tally>> completion)
    : TaskOf(list, std::move(completion)),
      environment_(environment),
      key_(key),
      record_(std::move(record)),
      disjoint_paths_(disjoint_paths) {}

void Publication::start() {
  lookup_ = environment_.routing.lookup(key_, get_options(key_, record_.type, disjoint_paths_),
                                        [this](const kbr::LookupResult& found) { on_looked_up(found); });
}

void Publication::on_looked_up(const kbr::LookupResult& found) {
  if (found.error) return finish(found.error);
  const auto targets = targets_of(found);
  if (targets.empty()) return finish(Errc::not_reachable);
  tally_.replicas = open_ = targets.size();
  for (const ReplicaTarget& target : targets)
    stores_.push_back(environment_.replicas.store(
        target, record_, [this](const std::optional<wire::Stored>& stored) { on_stored(stored); }));
}

void Publication::on_stored(const std::optional<wire::Stored>& stored) {
  --open_;
  if (stored) {
    ++tally_.answered;
    if (stored->verdict == wire::StoreVerdict::stored) ++tally_.agreeing;
    if (stored->verdict == wire::StoreVerdict::taken) ++tally_.others;
    if (stored->verdict == wire::StoreVerdict::stale) ++stale_;
    if (stored->verdict == wire::StoreVerdict::full) ++full_;
  }
  if (open_ == 0) return finish(outcome());
  if (2 * tally_.agreeing > tally_.replicas && !patience_.pending())
    patience_ = environment_.timers.after(store_patience, [this] { finish(outcome()); });
}

/// Whoever publishes a set looks at the tally: it may also be stored nowhere because the binding is on its way.
Result<Tally> Publication::outcome() const {
  if (!proves_itself(record_.type) || 2 * tally_.agreeing > tally_.replicas) return tally_;
  if (stale_ > 0) return Errc::stale_sequence;
  if (tally_.agreeing > 0) return tally_;
  if (full_ > 0) return Errc::overloaded;
  return tally_.answered == 0 ? Errc::not_reachable : Errc::timed_out;
}

}  // namespace p2pns::dht
