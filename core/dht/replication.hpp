// Replication: keeps the records of a position at the nodes nearest to it while nodes come and go. It composes pulling
// (a node joins), repair (siblings change), comparison (nothing happens), surplus (others have moved in between) and
// hand-over (this node leaves). Which record may stand where is the replica's matter; a published set travels like its
// binding, and right behind it.
#pragma once

#include "core/dht/comparison.hpp"
#include "core/dht/hand_over.hpp"
#include "core/dht/range_pull.hpp"
#include "core/dht/repair.hpp"
#include "core/dht/replication_server.hpp"
#include "core/dht/surplus.hpp"

namespace p2pns::dht {

/// A random neighbour is compared with once a minute on average: all of 24 within the hour, and a record that reached
/// most of its replicas reaches the others within minutes.
inline constexpr Duration comparison_interval_minimum = std::chrono::seconds{30};
inline constexpr Duration comparison_interval_maximum = std::chrono::seconds{90};

class Replication final : private kbr::NeighbourObserver {
 public:
  /// Registers its handlers with the channel, and observes the routing.
  Replication(rpc::RpcChannel&, const crypto::NetworkParameters&, kbr::KeyBasedRouting&, RecordStore&, Replica&,
              RecordVerifier&, TimerQueue&, const WallClock&, Random&);
  ~Replication();
  Replication(const Replication&) = delete;
  Replication& operator=(const Replication&) = delete;

  /// From now on this node takes part, and its range counts as not ready until it has been pulled: at once when the
  /// node has joined, otherwise when it does. Call once.
  void start();
  /// The node has told its siblings that it leaves: hands over. `done` runs once, never inside this call.
  void leave(Callback<void()> done);

  ReplicationStatus status() const { return {range_ready_, counters_}; }

 private:
  void on_joined() override;
  void on_neighbour_joined(const wire::NodeHandle&) override;
  void on_neighbour_left(const wire::NodeHandle&) override;
  void on_pulled();
  void arm_comparison();
  void compare();

  ReplicationCounters counters_;
  ReplicationClient client_;
  ReplicationContext context_;
  ReplicationServer server_;
  Offers offers_;
  Repair repair_;
  Surplus surplus_;
  std::unique_ptr<RangePull> pull_;
  std::unique_ptr<Comparison> comparison_;
  std::unique_ptr<HandOver> hand_over_;
  Timer comparison_timer_;
  bool started_ = false;
  bool range_ready_ = false;
};

}  // namespace p2pns::dht
