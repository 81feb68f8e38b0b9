// Replica: the storing side of the DHT. Serves GET, STORE and WITHDRAW for the positions this node is responsible for,
// and counts DHT writes. Which record may follow which is decided in replica_rule.hpp.
//
// Writes to one name run one after the other: the rule always sees what is really stored, also while a durable store is
// still committing. An acknowledgement leaves only after the commit.
#pragma once

#include <deque>
#include <unordered_map>

#include "core/dht/neighbourhood.hpp"
#include "core/dht/record_store.hpp"
#include "core/dht/record_verifier.hpp"
#include "core/dht/replica_counters.hpp"
#include "core/dht/replica_rule.hpp"
#include "core/dht/weak_record.hpp"
#include "core/dht/withdrawal_memory.hpp"
#include "core/dht/write_limits.hpp"
#include "core/kbr/key_based_routing.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::dht {

/// Writes of one name waiting for the one before them; more are answered with `full`.
inline constexpr std::size_t writes_per_name_maximum = 8;
/// Writes of all names that wait or are being committed: some seconds' work of a slow disk.
inline constexpr std::size_t writes_under_way_maximum = 1024;
/// HIT statements and values for HIP's DHT interface from one address block: keys cost nothing there, and a host puts
/// two values when it starts or moves.
inline constexpr BlockRate weak_rate{0.2, 32};
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

  /// False: this node has not joined or not pulled its range, what it says is no vote.
  bool ready() const { return range_ready_ && environment_.routing.joined(); }
  /// The same for one position: outside of its range a node has nothing to pull.
  bool ready_for(const Key&) const;
  /// Told by the replication. A replica without one has nothing to wait for.
  void set_range_ready(bool ready) noexcept { range_ready_ = ready; }
  /// The same three services for this node's own operations, without a datagram and without limits.
  std::optional<VerifiedRecord> find(const Key&, RecordType);
  Operation store(SignedRecord, Callback<void(wire::Stored)>);
  /// Errors: those of verify, overloaded, io_error.
  Operation withdraw(SignedRecord, Callback<void(Result<void>)>);
  /// A record, or a withdrawal, that another replica has. As store(), but for every type of record, and no DHT write.
  Operation hand_over(SignedRecord, Callback<void(wire::Stored)>);
  /// Takes one record that proves itself (proves_itself) from the weak_rate of the sender's block; false: used up. For
  /// whoever hands such a record over and has no business to store it.
  bool admit_weak(const rpc::Request&);
  /// A record that most neighbours have: it also replaces one of another owner.
  Operation adopt(VerifiedRecord, Callback<void(wire::Stored)>);
  /// Removes this very record, unless it belongs here (again) or is being written, or is a binding beside which a
  /// published set still stands: that one goes first.
  void forget(const VerifiedRecord&);
  /// Whether a record stored here counts: its lease runs, and a published set stands beside its owner's binding.
  bool shows(const VerifiedRecord&, UnixTime now) const;
  const ReplicaCounters& counters() const noexcept { return counters_; }

 private:
  using Stored = Callback<void(wire::Stored)>;
  using Withdrawn = Callback<void(Result<void>)>;
  /// Who wants it stored: its owner (a DHT write), one replica, or most of them.
  enum class Source : std::uint8_t { owner, replica, majority };
  /// One write of a name: a record or a withdrawal. The front one of a queue is under way.
  struct Write {
    VerifiedRecord record;
    Source source;
    Stored stored;        // set for what is stored
    Withdrawn withdrawn;  // set for a withdrawal
    Operation operation;
  };

  void serve();
  void on_get(const rpc::Request&, const wire::Get&, const rpc::Responder&);
  void on_store(const rpc::Request&, wire::Store, rpc::Responder);
  void on_withdraw(const rpc::Request&, wire::Withdraw, rpc::Responder);
  void put(SignedRecord, Source, Stored);
  void put(VerifiedRecord, Source, Stored);
  /// A completion that never runs inside the call that started it.
  Stored later(Completion<wire::Stored>);
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
  WriteLimits weak_limits_;        // beside store_limits_, for records that prove themselves
  WriteLimits withdrawal_limits_;  // apart: who stored too much must still be able to take it back
  WithdrawalMemory withdrawals_;
  std::unordered_map<Key, std::deque<Write>> queues_;
  std::size_t writes_under_way_ = 0;
  std::unordered_map<Key, Operation> removals_;
  bool range_ready_ = true;
  Timer expiry_;
};

}  // namespace p2pns::dht
