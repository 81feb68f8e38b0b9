// KbrDht: the Dht on top of any KeyBasedRouting. Composes the replica of this node with its reads, claims, renewals and
// releases; holds no rule of its own.
#pragma once

#include "core/dht/claim.hpp"
#include "core/dht/gathering.hpp"
#include "core/dht/publication.hpp"
#include "core/dht/read.hpp"
#include "core/dht/release.hpp"
#include "core/dht/replication.hpp"

namespace p2pns::dht {

/// Claims and releases change something for good, so they look with at least so many disjoint paths.
inline constexpr std::size_t write_paths_minimum = 8;

/// The world around it; every reference outlives it.
struct DhtEnvironment {
  rpc::RpcChannel& channel;
  kbr::KeyBasedRouting& routing;
  RecordStore& store;
  const crypto::Verifier& verifier;
  const crypto::NetworkParameters& network;
  TimerQueue& timers;
  const WallClock& wall_clock;
  Random& random;
};

/// Registers its handlers with the channel: it lives as long as the channel delivers datagrams.
class KbrDht final : public Dht {
 public:
  explicit KbrDht(const DhtEnvironment&, std::size_t disjoint_paths = 4);
  KbrDht(const KbrDht&) = delete;
  KbrDht& operator=(const KbrDht&) = delete;

  /// Beside the errors named in Dht: overloaded (tasks_maximum), malformed and the like (a binding no replica would
  /// take), not_owner (the signer is not the owner named in the binding).
  Operation get(const Key&, RecordType, Duration time_out, Callback<void(ReadResult)>) override;
  Operation get_published(const Binding&, Duration time_out, Callback<void(ReadResult)>) override;
  Operation gather(const Key& position, std::vector<RecordType>, Duration time_out,
                   Callback<void(GatherResult)>) override;
  Operation claim(Binding, const crypto::Signer&, Callback<void(Result<PutReceipt>)>) override;
  Operation renew(Binding, const crypto::Signer&, Callback<void(Result<PutReceipt>)>) override;
  Operation publish(SignedRecord, Callback<void(Result<Tally>)>) override;
  Operation release(Binding, const crypto::Signer&, Callback<void(Result<Tally>)>) override;

  /// From now on this node pulls, repairs and compares what it should store. Call once, before the node joins.
  void start_replication() { replication_.start(); }
  /// Hands this node's records over to those who store them after it. The routing has told the siblings that this node
  /// leaves. `done` runs once, never inside this call.
  void hand_over(Callback<void()> done) { replication_.leave(std::move(done)); }

  ReplicationStatus replication() const { return replication_.status(); }
  const Replica& replica() const noexcept { return replica_; }
  const DhtCounters& counters() const noexcept { return counters_; }
  /// Operations and withdrawals that have not ended.
  std::size_t under_way() const noexcept { return tasks_.size() + withdrawals_.under_way(); }

 private:
  VoteEnvironment votes() noexcept { return {replica_, records_, environment_.network, counters_}; }
  Operation read(const Key&, RecordType, std::optional<crypto::PublicKey> published_by, Duration time_out,
                 Callback<void(ReadResult)>);
  Operation put(ClaimKind, Binding, const crypto::Signer&, Callback<void(Result<PutReceipt>)>);
  /// ok, or why no replica would take it.
  Errc check(const Binding&, const crypto::Signer&) const;
  template <class T>
  Operation answer_later(T, Callback<void(T)>);

  DhtEnvironment environment_;
  std::size_t disjoint_paths_;
  DhtCounters counters_;
  RecordVerifier records_;
  Replica replica_;
  Replication replication_;
  ReplicaClient client_;
  WithdrawalSender withdrawals_;
  TaskList tasks_;
};

}  // namespace p2pns::dht
