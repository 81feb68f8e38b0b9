// NameService: what every front end sees, and all it sees. Register, resolve, locate. One thread: the node's; only
// find_cached may be called from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/operation.hpp"
#include "core/dht/dht.hpp"
#include "core/dht/replica_counters.hpp"
#include "core/dht/replication_counters.hpp"
#include "core/names/hit_answer.hpp"
#include "core/names/p2p_name.hpp"
#include "core/names/record_set.hpp"
#include "core/names/resolver_counters.hpp"
#include "core/rpc/rpc_counters.hpp"

namespace p2pns::names {

using wire::NodeHandle;

/// Result codes of draft-baumgart-p2psip-p2pns-00.
enum class ResultCode : int {
  ok = 0,
  refused = 1,
  overlay_unavailable = 2
};  // refused: taken (register), unknown (resolve)

/// Outcomes a caller can tell apart.
enum class Outcome : std::uint8_t {
  found,
  no_such_name,
  contested,      ///< replicas disagree
  not_reachable,  ///< overlay not reachable
  timed_out,      ///< gave up; the answer says how far it came
  owner_offline,  ///< the name exists, its node does not answer
};
std::string_view to_string(Outcome) noexcept;
ResultCode result_code(Outcome) noexcept;

/// Stages of a resolution, for --trace and logs.
struct StageTrace {
  int stage = 0;  ///< 1 name -> NodeID, 2 NodeID -> address, 3 record set
  bool from_cache = false;
  Duration took{0};
  std::vector<kbr::LookupHop> hops;  ///< in the order of the answers; stage 3: the owner's node alone
  std::optional<dht::Tally> tally;   ///< stage 1
};

/// Immutable; shared with the cache.
struct NameAnswer {
  Outcome outcome = Outcome::timed_out;
  P2PName name;
  std::optional<dht::Binding> binding;  ///< stage 1; none for public-key names
  std::optional<NodeHandle> node;       ///< stage 2: where the owner's node answered
  std::optional<RecordSet> record_set;  ///< stage 3; may hold no records
  bool stale = false;                   ///< the node does not answer: this is the copy that its owner published
  TimePoint expires{};                  ///< when the cache forgets it
  std::vector<StageTrace> trace;        ///< of the resolution that made this answer
};

struct NameQuery {
  P2PName name;
  bool bypass_cache = false;  ///< --trace: do all stages again
};

struct Registration {
  P2PName name;
  std::vector<ResourceRecord> records;
  bool change_only = false;  ///< the name must be an own one already: nothing is claimed
  /// A copy of the records is left with the replicas of the name, for the time when this node does not answer. It costs
  /// as many DHT writes as a claim, with every change; false takes back what was left before.
  bool publish = false;
};

struct Receipt {
  bool created = false;  ///< false: an own name got new records or a longer lease
  bool publish = false;  ///< as registered
  dht::Binding binding;
  RecordSet record_set;
  std::optional<dht::Tally> tally;  ///< of the claim; none when no claim was needed
  std::optional<dht::Tally> copy;   ///< of the published copy, or of its taking back; none: there never was one
  Duration took{0};
};

/// One of the names this node owns.
struct OwnName {
  P2PName name;
  dht::Binding binding;
  std::uint64_t record_sequence = 0;  ///< of its record set
  std::size_t records = 0;
};

/// What an operator wants to see of the node.
struct NodeStatus {
  NodeId node_id;
  crypto::PublicKey public_key;  ///< the node's
  crypto::PublicKey owner_key;   ///< signs for the names registered here
  std::string network_id;
  bool joined = false;          ///< settled, and its range is pulled: what is registered now reaches all replicas
  std::size_t known_nodes = 0;  ///< distinct nodes in table and sibling list
  std::size_t siblings = 0;
  std::size_t records_stored = 0;
  std::size_t names_owned = 0;
  std::size_t names_cached = 0;
  std::uint64_t dht_writes = 0;  ///< because owners asked for them; replication is counted apart
  dht::ReplicationStatus replication;
  std::optional<Endpoint> observed_address;  ///< as others see us
  dht::ReplicaCounters replica;
  std::uint64_t dht_lies = 0;  ///< answers of replicas that do not verify, or belong elsewhere
  ResolverCounters resolver;
  rpc::RpcCounters rpc;
  Duration uptime{0};
};

class NameService {
 public:
  /// Claims a new name, or changes the records of an own one. Errors: name_taken, contested, not_reachable, timed_out,
  /// no_peers, too_large, malformed, bad_name, overloaded (too many names, or a write for this name under way),
  /// not_owner (change_only, and the name is not an own one), io_error (it could not be saved: nothing is served).
  virtual Operation register_name(Registration, Callback<void(Result<Receipt>)>) = 0;
  /// Gives an own name up. Errors: not_owner, not_reachable, timed_out, overloaded, io_error.
  virtual Operation release_name(P2PName, Callback<void(Result<void>)>) = 0;
  /// Always completes, within the resolution time-out, with one of the outcomes.
  virtual Operation resolve(NameQuery, Callback<void(std::shared_ptr<const NameAnswer>)>) = 0;
  /// Stage 2 alone: a NodeID's current address, proven. Errors: timed_out, not_reachable, no_peers.
  virtual Operation locate(const NodeId&, Callback<void(Result<NodeHandle>)>) = 0;
  /// A fresh cached answer, or null. Any thread, never waits.
  virtual std::shared_ptr<const NameAnswer> find_cached(const P2PName&, TimePoint now) const = 0;
  /// The own names that follow `after` (none: from the first on), in the order of P2PName, at most `maximum`.
  virtual std::vector<OwnName> own_names(const std::optional<P2PName>& after, std::size_t maximum) const = 0;
  virtual const Zones& zones() const = 0;

  /// Stores a HIT statement that its host has signed (dht::hit_record): all it needs to be believed is in it. This node
  /// renews nothing, because it has no key to sign with: the host does, before not-after. Errors: those of the form
  /// (truncated, trailing_bytes, malformed, too_large, unsupported, bad_key), bad_signature, expired, stale_sequence (a
  /// newer one is stored), overloaded, no_peers, not_reachable, timed_out.
  virtual Operation publish_hit(ByteVector signed_bytes, Callback<void(Result<HitReceipt>)>) = 0;
  /// Always completes, within the resolution time-out, with one of the outcomes. From the cache when it is there.
  virtual Operation find_hit(const crypto::Hit&, Callback<void(std::shared_ptr<const HitAnswer>)>) = 0;
  /// A fresh cached answer, or null. Any thread, never waits.
  virtual std::shared_ptr<const HitAnswer> find_cached_hit(const crypto::Hit&, TimePoint now) const = 0;
  /// Stores a value for HIP's DHT interface, signed by this node; the tally says how many replicas took it. A value of
  /// this node that stands there already gives way, also when it is the same: then it gets the new life. Errors:
  /// too_large, malformed (no HDRR, or of another HIT, under a HIT_KEY; an empty value; no life), bad_signature (of the
  /// HDRR), overloaded, no_peers, not_reachable, timed_out.
  virtual Operation put_weak(WeakPut, Callback<void(Result<dht::Tally>)>) = 0;
  /// Always completes, within the resolution time-out. From the cache when it is there.
  virtual Operation find_weak(const Key&, Callback<void(std::shared_ptr<const WeakAnswer>)>) = 0;
  /// A fresh cached answer, or null. Any thread, never waits.
  virtual std::shared_ptr<const WeakAnswer> find_cached_weak(const Key&, TimePoint now) const = 0;
  /// Takes back what this node has put. Errors: no_such_name (this node has no such value there), refused (the secret
  /// is not the one of the put, or it had none), overloaded, no_peers, not_reachable, timed_out.
  virtual Operation remove_weak(WeakRemoval, Callback<void(Result<void>)>) = 0;

  virtual NodeStatus status() const = 0;

 protected:
  ~NameService() = default;
};

/// Result code of the draft for a failed registration.
ResultCode result_code(boost::system::error_code) noexcept;

}  // namespace p2pns::names
