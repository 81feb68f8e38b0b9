// Replica: the storing side of the DHT. Serves GET, STORE and WITHDRAW for the positions this node is responsible for,
// and counts DHT writes. Which record may follow which is decided in replica_rule.hpp.
#pragma once

#include "core/dht/record_store.hpp"
#include "core/dht/replica_rule.hpp"
#include "core/kbr/key_based_routing.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::dht {

struct ReplicaCounters {
  std::uint64_t writes = 0;  ///< records stored because somebody asked for it
  std::uint64_t reads = 0;
  std::uint64_t refused = 0;  ///< taken, stale, invalid, not responsible
};

/// References outlive the replica.
struct ReplicaEnvironment {
  rpc::RpcChannel& channel;
  kbr::KeyBasedRouting& routing;
  RecordStore& store;
  const crypto::Verifier& verifier;
  const crypto::NetworkParameters& network;
  TimerQueue& timers;
  const WallClock& wall_clock;
};

class Replica {
 public:
  explicit Replica(const ReplicaEnvironment&);

  /// The same three services for this node's own operations, without a datagram.
  std::optional<VerifiedRecord> find(const Key&, RecordType);
  Operation store(SignedRecord, Callback<void(wire::Stored)>);
  Operation withdraw(SignedRecord, Callback<void(Result<void>)>);
  const ReplicaCounters& counters() const noexcept { return counters_; }

 private:
  ReplicaEnvironment environment_;
  ReplicaCounters counters_;
};

}  // namespace p2pns::dht
