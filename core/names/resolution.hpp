// Resolution: one name on its way through the stages, once. Stage 1 reads the binding (cache or DHT); stages 2 and 3
// are one round trip: whoever proves to be the binding's node hands over the signed record set.
//
//   read binding -> ask the node: directly where it was last time, and by lookup when that is slow or fails
//                -> judge what it says -> found
// A node that disowns the name, says something unusable, or is silent makes a binding from the cache suspect: it is
// read again, once; beside the search when the node is silent. When the replicas insist on that node, or it is silent,
// nobody speaks for the name but the copy that its owner may have published: that is read as soon as the node is slow.
// With it the outcome is found, and stale; without it, owner_offline: the name exists.
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
  std::optional<RecordSet> judge(Result<RecordSet>) const;
  void disowned();
  /// Whether a binding from the cache may be out of date and has not been read again yet.
  bool binding_is_suspect() const noexcept { return binding_from_cache_ && !binding_read_again_; }
  void read_binding_beside_search();
  void on_binding_beside_search(const dht::ReadResult&);
  /// The search has failed, and no other way is open: look again, or give up.
  void search_failed(boost::system::error_code);
  void read_copy();
  void on_copy(dht::ReadResult);
  /// Nobody is asked any more who the node is, or what it says.
  bool search_is_over() const noexcept;
  /// The node is silent, or disowns the name.
  void nobody_speaks();
  void finish_with_copy();
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
  bool released_ = false;  // said the replicas when they were asked again
  bool disowned_ = false;  // while they were being asked
  bool direct_pending_ = false;
  bool finished_ = false;
  int lookups_ = 0;
  bool copy_read_ = false;  // or being read, for this binding
  std::optional<RecordSet> copy_;
  TimePoint copy_asked_at_{};
  std::optional<boost::system::error_code> lookup_error_;
  TimePoint stage_started_{};
  TimePoint started_at_{};
  TimePoint ends_at_{};

  Timer deadline_;
  Timer hedge_;
  Timer copy_timer_;      // when the node is slow, its copy is read
  Timer patience_timer_;  // when it is slower still, it is not waited for
  Timer delivery_;
  Operation dht_read_;
  Operation direct_;
  Operation lookup_;
  Operation copy_reading_;
};

}  // namespace p2pns::names
