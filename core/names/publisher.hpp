// Publisher: brings the published copies of own names to the replicas, and tries again until most of them have it. What
// stands in a copy, and when there is one, is decided by others (OwnedNames, Registrar).
#pragma once

#include <unordered_map>

#include "core/base/timer_queue.hpp"
#include "core/dht/dht.hpp"
#include "core/names/owned_names.hpp"

namespace p2pns::names {

/// After a publication that reached fewer than half of the replicas.
inline constexpr Duration publication_retry = std::chrono::minutes{10};

/// What the publisher works with; every reference outlives it.
struct PublisherEnvironment {
  dht::Dht& dht;
  TimerQueue& timers;
  const OwnedNames& owned;
  Log& log;
};

class Publisher {
 public:
  /// What the replicas said; all zero when they were not reached.
  using Told = Callback<void(const dht::Tally&)>;

  explicit Publisher(const PublisherEnvironment& environment) : environment_(environment) {}
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Publishes what OwnedNames has to publish for this name (nothing: no copy ever existed). `told` runs once, after
  /// the first try; a later call for the same name takes the place of an earlier one, and ends for both.
  void publish(const P2PName&, Told told);
  /// The same after a while, with nobody to tell. No effect while one is under way.
  void schedule(const P2PName&, Duration delay);
  /// The name is no longer ours.
  void forget(const P2PName&);

 private:
  struct Entry {
    std::vector<Told> waiting;
    Timer timer;
    Operation publication;
    bool warned = false;
  };
  void start(const P2PName&);
  void on_published(const P2PName&, const Result<dht::Tally>&);
  void tell(const std::vector<Told>&, const dht::Tally&);

  PublisherEnvironment environment_;
  std::unordered_map<P2PName, Entry> entries_;  // of own names only
  std::shared_ptr<Publisher*> self_ = std::make_shared<Publisher*>(this);
};

}  // namespace p2pns::names
