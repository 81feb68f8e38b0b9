// SeedFinder: the addresses of seeds that are given by host name. It asks resolvers directly, with the DNS front end's
// own means (random ports and ids, fail-over, TCP), and never through this node. Asked for again while nothing is
// found, with growing pauses, and whenever the node asks its seeds again: addresses change.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>

#include "apps/p2pnsd/bootstrap_resolvers.hpp"
#include "frontends/dns/forwarder.hpp"

namespace p2pns::daemon {

/// Pause after a round that found nothing; doubles up to the last one.
inline constexpr std::chrono::milliseconds seed_search_pause_first{1000};
inline constexpr std::chrono::milliseconds seed_search_pause_last{30'000};
/// Pause after a round that found something. The node asks its seeds as often when it knows few others.
inline constexpr std::chrono::milliseconds seed_refresh_pause{60'000};
/// Addresses taken of one name; a round-robin of more hosts is no single seed.
inline constexpr std::size_t addresses_per_name_maximum = 8;
/// Time for all names of one round: they are asked for at the same time.
inline constexpr std::chrono::milliseconds seed_answer_within{4000};

/// What the finder needs of the daemon. Called on the executor's thread.
struct SeedFinderEvents {
  Callback<BootstrapResolvers()> resolvers;            ///< asked before each round
  Callback<bool()> wanted;                             ///< false: the node knows enough others, no need to ask anybody
  Callback<void(const std::vector<Endpoint>&)> found;  ///< all that is known now; at least one
};

class SeedFinder {
 public:
  /// `log` outlives it.
  SeedFinder(const boost::asio::any_io_executor& executor, std::vector<config::SeedName> names, SeedFinderEvents events,
             Log& log);
  ~SeedFinder() { stop(); }
  SeedFinder(const SeedFinder&) = delete;
  SeedFinder& operator=(const SeedFinder&) = delete;

  void start();
  void stop();

 private:
  /// The forwarder's lines are about questions of users; this one has its own.
  class Quiet final : public Log {
   public:
    void write(Severity, std::string_view) override {}
    bool enabled(Severity) const override { return false; }
  };

  void begin_round();
  void ask(const config::SeedName& name, std::uint16_t type);
  void on_outcome(const config::SeedName& name, const dns::ForwardOutcome&);
  void end_round();
  void pause(std::chrono::milliseconds time);
  /// One line for each change, not for each round.
  void say(Severity, const std::string& line);

  boost::asio::any_io_executor executor_;
  std::vector<config::SeedName> names_;
  SeedFinderEvents events_;
  Log& log_;
  Quiet quiet_;
  boost::asio::steady_timer timer_;
  std::uint64_t pauses_ = 0;  // a handler of an earlier one may be queued already
  std::shared_ptr<SeedFinder*> alive_;
  dns::ForwardCounters counters_;
  std::unique_ptr<dns::Forwarder> forwarder_;  // of one round
  std::size_t under_way_ = 0;
  std::map<config::SeedName, std::vector<Endpoint>> round_;  // found in this round
  std::map<config::SeedName, std::vector<Endpoint>> known_;  // and lately
  std::chrono::milliseconds retry_ = seed_search_pause_first;
  std::string last_line_;
};

}  // namespace p2pns::daemon
