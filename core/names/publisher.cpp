#include "core/names/publisher.hpp"

namespace p2pns::names {

void Publisher::publish(const P2PName& name, Told told) {
  entries_[name].waiting.push_back(std::move(told));
  start(name);
}

void Publisher::schedule(const P2PName& name, Duration delay) {
  Entry& entry = entries_[name];
  if (!entry.publication.active()) entry.timer = environment_.timers.after(delay, [this, name] { start(name); });
}

void Publisher::forget(const P2PName& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  found->second.publication.cancel();
  found->second.timer = environment_.timers.after(Duration{0}, [this, name] {
    const auto entry = entries_.extract(name);
    tell(entry.mapped().waiting, {});
  });
}

/// One of those who are told may destroy this object.
void Publisher::tell(const std::vector<Told>& waiting, const dht::Tally& tally) {
  const std::weak_ptr<Publisher*> alive{self_};
  for (auto told = waiting.begin(); told != waiting.end() && !alive.expired(); ++told) (*told)(tally);
}

void Publisher::start(const P2PName& name) {
  Entry& entry = entries_.at(name);
  entry.timer.cancel();
  auto record = environment_.owned.published_set(name);
  if (!record) return forget(name);  // given back meanwhile
  entry.publication = environment_.dht.publish(
      std::move(*record), [this, name](const Result<dht::Tally>& result) { on_published(P2PName{name}, result); });
}

void Publisher::on_published(const P2PName& name, const Result<dht::Tally>& result) {
  Entry& entry = entries_.at(name);
  const dht::Tally tally = result ? *result : dht::Tally{};
  const auto waiting = std::exchange(entry.waiting, {});
  if (2 * tally.agreeing > tally.replicas) {
    entries_.erase(name);
  } else {
    if (!std::exchange(entry.warned, true))
      environment_.log.write(Severity::warning, "copy of " + to_string(name) + " stored by " +
                                                    std::to_string(tally.agreeing) + " of " +
                                                    std::to_string(tally.replicas) + " replicas: trying again");
    schedule(name, publication_retry);
  }
  tell(waiting, tally);
}

}  // namespace p2pns::names
