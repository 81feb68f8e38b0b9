// Bootstrap: finds the first serving node through the configured seeds, and decides who begins when an overlay starts
// from nothing: of the nodes that answer but do not serve yet, the one with the smallest NodeID. The others see it
// serve and join it. Should two begin, they meet later: seeds are asked again as long as few nodes are known.
//
// Former contacts are asked like seeds, and as long: those of an earlier run, and those that an outage has cost this
// node. The first node of an overlay has no others. It does not begin anew while one of them may answer: that would be
// a second overlay beside the one it comes from.
#pragma once

#include <span>
#include <vector>

#include "core/kbr/maintenance_context.hpp"

namespace p2pns::kbr {

inline constexpr std::size_t seeds_at_once_maximum = 8;
inline constexpr std::size_t seeds_maximum = 64;
inline constexpr Duration seed_retry_first = std::chrono::milliseconds{500};
inline constexpr Duration seed_retry_unjoined = std::chrono::seconds{5};  // also while nobody is known
inline constexpr Duration seed_retry_last = std::chrono::seconds{60};
/// A smaller NodeID that never begins (it may lie) holds nobody up for longer.
inline constexpr Duration first_node_patience = std::chrono::seconds{10};
/// With fewer known nodes the seeds are asked again: there may be a larger part of the overlay.
inline constexpr std::size_t contacts_enough = siblings_per_key;
/// Addresses of contacts, kept for the day when all of them are gone.
inline constexpr std::size_t former_contacts_maximum = 32;
/// Those of an earlier run, as long as nobody is known: two for each stored peer (peer_memory.hpp).
inline constexpr std::size_t stored_addresses_maximum = 256;
/// A first node that knows former contacts asks so long before it begins without them. They may all be gone for good,
/// and should one come back later, the two meet: it goes on asking as long as it is alone.
inline constexpr Duration founding_patience = std::chrono::seconds{30};
/// Fellow starters remembered from their own pings.
inline constexpr std::size_t fellows_maximum = 32;

class Bootstrap {
 public:
  struct Events {
    Callback<void()> on_new_contact;  ///< a seed that serves and was not known before is among the contacts
    Callback<void()> on_not_joined;   ///< somebody is known, and yet this node has not joined
    Callback<void()> on_first;        ///< nobody serves yet: this node begins
  };
  Bootstrap(MaintenanceContext& context, Events events) : context_(context), events_(std::move(events)) {}

  /// `former`: contacts of an earlier run. Without seeds and without them this node begins at once, unless more seeds
  /// are to come through set_found_seeds: then it waits for them.
  void start(std::vector<Endpoint> seeds, std::vector<Endpoint> former, bool more_to_come = false);
  /// Seeds beside the first ones, in place of those found before; from the next round on, and the first of all at once.
  void set_found_seeds(std::span<const Endpoint> found);
  /// The network may be back: when nobody is known any more, asks as soon as a round under way has ended.
  void hurry();
  /// A node that does not serve yet has pinged us.
  void on_fellow(const NodeId&);

 private:
  void begin_round();
  void remember_contacts();
  std::vector<Endpoint> choose(std::vector<Endpoint>) const;
  /// Former contacts that are none now.
  std::vector<Endpoint> lost_contacts() const;
  void ask(const std::vector<Endpoint>&);
  void on_answer(std::size_t slot, Result<rpc::Answer>);
  /// No seed but itself: an overlay may begin here.
  bool first_by_configuration() const noexcept { return !more_to_come_ && ourselves_ == seeds_asked_; }
  void end_round();
  bool may_begin() const;
  /// Nobody is known, or this node has not joined.
  bool alone() const;
  /// Between two rounds. Short while alone: whoever comes first is remembered before an outage can take it away.
  Duration longest_pause() const;
  void ask_again(Duration delay);

  MaintenanceContext& context_;
  Events events_;
  std::vector<Endpoint> configured_;
  std::vector<Endpoint> seeds_;  // configured and found
  bool more_to_come_ = false;
  std::vector<Endpoint> former_;  // most recently known first
  std::vector<Operation> calls_;
  std::vector<NodeId> fellows_;  // answered in this round, or pinged us since the last, and do not serve yet
  std::size_t under_way_ = 0;
  std::size_t ourselves_ = 0;  // seeds of this round that turned out to be this node
  std::size_t asked_ = 0;      // of them the seeds come first
  std::size_t seeds_asked_ = 0;
  TimePoint started_at_{};
  bool found_serving_ = false;
  bool hurried_ = false;                    // while a round was under way
  bool was_serving_ = false;                // in the round before
  std::optional<TimePoint> waiting_since_;  // when a fellow with a smaller id was first waited for
  Duration retry_ = seed_retry_first;
  Timer timer_;
};

}  // namespace p2pns::kbr
