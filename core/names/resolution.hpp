// Resolution: one name on its way through the stages, once. Stage 1 reads the binding (cache or DHT); stages 2 and 3
// are one round trip: whoever proves to be the binding's node hands over the signed record set.
//
//   read binding -> ask the node: directly where it was last time, and by lookup when that is slow or fails
//                -> judge what it says -> found
// A node that disowns the name, or says something unusable, makes a binding from the cache suspect: it is read again,
// once. When the replicas insist on that node, the outcome is owner_offline: the name exists, and nobody speaks for it.
#pragma once

#include <memory>

#include "core/base/wall_clock.hpp"
#include "core/names/name_cache.hpp"
#include "core/names/node_facts.hpp"
#include "core/names/owned_names.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::names {

/// What a resolution works with; every reference outlives it.
struct ResolverEnvironment {
  kbr::KeyBasedRouting& routing;
  rpc::RpcChannel& channel;
  dht::Dht& dht;
  const crypto::Verifier& verifier;
  const crypto::NetworkParameters& network;
  TimerQueue& timers;
  const WallClock& wall_clock;
  NameCache& cache;
  OwnedNames& owned;
  const NodeFacts& facts;
  NameLimits limits;
};

/// The answer for a name this node owns, or null. No network.
std::shared_ptr<const NameAnswer> answer_for_own_name(const P2PName&, const ResolverEnvironment&);

class Resolution {
 public:
  using Done = Callback<void(std::shared_ptr<const NameAnswer>)>;

  Resolution(const ResolverEnvironment& environment, P2PName name, bool bypass_cache)
      : environment_(environment), name_(std::move(name)), bypass_cache_(bypass_cache) {}
  Resolution(const Resolution&) = delete;
  Resolution& operator=(const Resolution&) = delete;

  /// Calls `done` once, never inside start(), within the resolution time-out; not at all when destroyed before. `done`
  /// may destroy this object.
  void start(Done done);

 private:
  void read_binding(bool bypass_cache);
  void on_binding(dht::ReadResult);
  void take_binding(dht::Binding);
  void ask_node();
  void ask_directly(const AddressHint&);
  void start_lookup();
  bool may_look_again() const;
  void on_direct_answer(Result<rpc::Answer>);
  void on_lookup(kbr::LookupResult);
  void on_owner_says(const NodeHandle&, wire::MessageType, Bytes body, Duration round_trip);
  /// The record set when it is the owner's own, current word about this name.
  std::optional<RecordSet> judge(Bytes signed_set) const;
  void disowned();
  void found(const NodeHandle&, std::optional<RecordSet>, Duration round_trip);
  void fail(boost::system::error_code);
  void on_deadline();
  void finish(Outcome);
  Duration life_of(Outcome) const;
  void trace(int stage, bool from_cache, Duration took, std::vector<kbr::LookupHop> hops = {},
             std::optional<dht::Tally> tally = {});

  const ResolverEnvironment& environment_;
  const P2PName name_;
  const bool bypass_cache_;
  Done done_;

  NodeId target_;
  NameAnswer answer_;
  bool binding_from_cache_ = false;
  bool binding_read_again_ = false;
  bool direct_pending_ = false;
  bool finished_ = false;
  int lookups_ = 0;
  std::optional<boost::system::error_code> lookup_error_;
  TimePoint stage_started_{};
  TimePoint ends_at_{};

  Timer deadline_;
  Timer hedge_;
  Timer delivery_;
  Operation dht_read_;
  Operation direct_;
  Operation lookup_;
};

}  // namespace p2pns::names
