// Replica: the storing side of the DHT. Serves GET, STORE and WITHDRAW for the positions this node is responsible for,
// and counts DHT writes. Which record may follow which is decided in replica_rule.hpp.
//
// Writes to one name run one after the other: the rule always sees what is really stored, also while a durable store is
// still committing. An acknowledgement leaves only after the commit.
#pragma once

#include <deque>
#include <unordered_map>

#include "core/dht/record_store.hpp"
#include "core/dht/record_verifier.hpp"
#include "core/dht/replica_counters.hpp"
#include "core/dht/replica_rule.hpp"
#include "core/dht/withdrawal_memory.hpp"
#include "core/dht/write_limits.hpp"
#include "core/kbr/key_based_routing.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::dht {

/// The nodes nearest to a position that store its records; the nearest siblings_per_key of them are asked. The others
/// are there when some of those leave.
inline constexpr std::size_t storing_nodes = 24;
/// Writes of one name waiting for the one before them; more are answered with `full`.
inline constexpr std::size_t writes_per_name_maximum = 8;
/// Writes of all names that wait or are being committed: some seconds' work of a slow disk.
inline constexpr std::size_t writes_under_way_maximum = 1024;
/// How often expired records are dropped. They are not shown any more in between, so this only frees space.
inline constexpr Duration expiry_interval = std::chrono::hours{1};

/// References outlive the replica.
struct ReplicaEnvironment {
  rpc::RpcChannel& channel;
  kbr::KeyBasedRouting& routing;
  RecordStore& store;
  RecordVerifier& records;
  const crypto::NetworkParameters& network;
  TimerQueue& timers;
  const WallClock& wall_clock;
};

/// Lives as long as its channel delivers datagrams.
class Replica {
 public:
  explicit Replica(const ReplicaEnvironment&);
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  /// False: this node has not joined, what it says is no vote.
  bool ready() const { return environment_.routing.joined(); }
  /// The same three services for this node's own operations, without a datagram and without limits.
  std::optional<VerifiedRecord> find(const Key&, RecordType);
  Operation store(SignedRecord, Callback<void(wire::Stored)>);
  /// Errors: those of verify, overloaded, io_error.
  Operation withdraw(SignedRecord, Callback<void(Result<void>)>);
  const ReplicaCounters& counters() const noexcept { return counters_; }

 private:
  using Stored = Callback<void(wire::Stored)>;
  using Withdrawn = Callback<void(Result<void>)>;
  /// One write of a name: a record or a withdrawal. The front one of a queue is under way.
  struct Write {
    VerifiedRecord record;
    Stored stored;        // set for what is stored
    Withdrawn withdrawn;  // set for a withdrawal
    Operation operation;
  };

  void serve();
  void on_get(const rpc::Request&, const wire::Get&, const rpc::Responder&);
  void on_store(const rpc::Request&, wire::Store, rpc::Responder);
  void on_withdraw(const rpc::Request&, wire::Withdraw, rpc::Responder);
  void put(SignedRecord, Stored);
  void take_back(SignedRecord, Withdrawn);
  bool has_room_for(const Key&) const;
  void enqueue(Write);
  void run_queue(const Key&);
  /// True when the write was answered at once; otherwise it is under way.
  bool begin(Write&);
  bool begin_store(Write&);
  /// What the rule says to a record, and what stands in its way; `existing` is here in its place.
  wire::Stored judge(const VerifiedRecord&, const std::optional<VerifiedRecord>& existing) const;
  void drop_published(const Key&);
  bool begin_withdrawal(Write&);
  void on_stored(const Key&, const Result<void>&);
  void on_removed(const Key&, const Result<void>&);
  std::optional<Write> take_front(const Key&);
  void refuse(const Stored&, wire::StoreVerdict, ByteVector existing = {});
  void expire();

  ReplicaEnvironment environment_;
  ReplicaCounters counters_;
  WriteLimits store_limits_;
  WriteLimits withdrawal_limits_;  // apart: who stored too much must still be able to take it back
  WithdrawalMemory withdrawals_;
  std::unordered_map<Key, std::deque<Write>> queues_;
  std::size_t writes_under_way_ = 0;
  Timer expiry_;
};

}  // namespace p2pns::dht
