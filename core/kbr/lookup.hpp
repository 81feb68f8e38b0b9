// Lookup: one search under way. It owns the pool, the calls, hedging, the deadline and the trace; a strategy derived
// from it decides whom to ask next. make_lookup() is the one place where the strategy is chosen.
#pragma once

#include <memory>

#include "core/base/timer_queue.hpp"
#include "core/kbr/contacts.hpp"
#include "core/kbr/lookup_pool.hpp"
#include "core/kbr/target_contact.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::kbr {

/// Calls one lookup may make, whatever it is told: eight times what an honest overlay needs.
inline constexpr std::size_t lookup_calls_maximum = 160;

/// When siblings are missing because nodes died, the neighbourhood is asked for more names: so often, so many nodes.
inline constexpr std::size_t widenings_maximum = 3;
inline constexpr std::size_t widening_asks = 3;

/// What lookups tell the rest of the overlay node.
class LookupObserver {
 public:
  /// A node answered a lookup's request as a serving node does.
  virtual void on_node_answered(const NodeHandle&, Duration round_trip) = 0;
  /// Somebody named this node; nothing about it is proven.
  virtual void on_node_named(const NodeHandle&) = 0;

 protected:
  ~LookupObserver() = default;
};

/// The world around a lookup; every reference outlives it.
struct LookupEnvironment {
  const NodeHandle& self;  ///< without address
  rpc::RpcChannel& channel;
  TimerQueue& timers;
  const Contacts& contacts;
  LookupObserver& observer;
  crypto::PuzzleDifficulty puzzles;
  bool counts_itself;  ///< this node serves, so it may be one of the siblings
};

/// After this long without an answer the next candidate is started; nothing is cancelled.
Duration hedge_delay(const LookupEnvironment&, const NodeId&);

class Lookup {
 public:
  using Done = Callback<void(LookupResult)>;

  Lookup(const LookupEnvironment&, const Key& target, LookupOptions, Done);
  virtual ~Lookup() = default;
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  /// `done` runs once, never inside this call, and may destroy the lookup.
  void start();

 protected:
  /// The pool holds the own nearest contacts, nearest first in `seeds`.
  virtual void begin(const std::vector<PoolIndex>& seeds) = 0;
  /// Asks whom it is time to ask. True when there is nothing left to ask or to wait for.
  virtual bool advance() = 0;
  /// `responder` of `path` answered and named these.
  virtual void on_answer(PoolIndex responder, const std::vector<PoolIndex>& named) = 0;

  /// Puts the request to a fresh node.
  void ask(PoolIndex, std::size_t path);
  bool may_ask() const noexcept { return calls_made_ < lookup_calls_maximum; }
  /// Asks all fresh ones of the `siblings` nearest live nodes. True when all of these have answered, or there are no
  /// more.
  bool sweep();
  LookupPool& pool() noexcept { return pool_; }
  const LookupOptions& options() const noexcept { return options_; }

 private:
  void start_target();
  std::vector<PoolIndex> take_seeds();
  void proceed();
  void on_settled(PoolIndex, Result<rpc::Answer>);
  void on_target_settled(Result<rpc::Answer>);
  void on_slow(PoolIndex);
  LookupRequest request_of_a_hop() const;
  Operation call(PoolIndex, const NodeHandle& to);
  void ask_once_more(PoolIndex);
  /// Asks for more names; true while answers are awaited.
  bool widen();
  void ask_for_more(PoolIndex, const Key& around);
  void on_more_named(PoolIndex, TimePoint asked_at, const Result<rpc::Answer>&);
  /// How far the siblings' answers tell of everybody: what most of them reached.
  Key reach_of_answers() const;
  Key reach_of(const std::vector<NodeHandle>& named) const;
  /// False when the answer cannot be used.
  bool absorb(PoolIndex, rpc::Answer&);
  std::optional<std::vector<NodeHandle>> contacts_in(const rpc::Answer&) const;
  std::vector<PoolIndex> take_named(const std::vector<NodeHandle>&, std::size_t& learned);
  void note_hop(PoolIndex, bool answered, std::size_t learned);
  void finish_with_siblings();
  /// ok: the answers are all the siblings. `others`: nodes that answered, this one not counted.
  Errc outcome(std::size_t others, bool self_answers) const;
  void finish(LookupResult);

  LookupEnvironment environment_;
  LookupOptions options_;
  Done done_;
  LookupPool pool_;
  TargetContact target_;
  std::vector<LookupHop> hops_;
  TimePoint started_at_;
  std::size_t calls_made_ = 0;
  bool timed_out_ = false;
  bool somebody_failed_ = false;  // or is late: there may be more live nodes than the pool knows
  std::size_t widenings_ = 0;
  std::size_t widening_calls_ = 0;    // under way
  std::vector<Key> widened_reaches_;  // of the first widening, around the target
  Timer first_step_;
  Timer deadline_;
};

/// The strategy in use: S/Kademlia's disjoint paths.
std::unique_ptr<Lookup> make_lookup(const LookupEnvironment&, const Key& target, LookupOptions, Lookup::Done);

/// FIND_NODE for a target as lookups and maintenance send it.
LookupRequest find_node_request(const Key& target, std::size_t contacts_wanted);

}  // namespace p2pns::kbr
