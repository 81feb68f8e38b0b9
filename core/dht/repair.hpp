// Repair: when siblings come or go, brings records to the nodes that should store them now. Changes are collected for a
// while and handled in one walk over the store. Of a record's replicas the nearest few act; the others rely on them,
// and on the comparison of digests.
#pragma once

#include <map>

#include "core/dht/offers.hpp"
#include "core/dht/store_walk.hpp"

namespace p2pns::dht {

/// From the first change until it is acted on: a newcomer pulls by itself meanwhile, and who restarts is back.
inline constexpr Duration repair_delay_minimum = std::chrono::seconds{3};
inline constexpr Duration repair_delay_maximum = std::chrono::seconds{9};
/// Walks do not follow each other faster, whatever the churn.
inline constexpr Duration repair_pause = std::chrono::seconds{30};
/// Replicas that act for a record, the nearest ones.
inline constexpr std::size_t repairing_replicas = 3;
/// Changes remembered for one walk; with more, the comparison of digests has to find the rest.
inline constexpr std::size_t changes_maximum = 128;

class Repair {
 public:
  /// `offers` outlives the object.
  Repair(const ReplicationContext& context, Offers& offers) : context_(context), offers_(offers), walk_(context) {}

  /// Changes before this mean nothing: a node that has just pulled its range has met its siblings in doing so.
  void start() noexcept { started_ = true; }
  /// Acts on nothing more.
  void stop();
  void on_joined(const wire::NodeHandle&);
  void on_left(const wire::NodeHandle&);

 private:
  void note(const NodeId&, bool joined);
  void arm();
  void begin();
  void visit(const std::vector<VerifiedRecord>&);
  void repair(const Neighbourhood&, const VerifiedRecord&);

  ReplicationContext context_;
  Offers& offers_;
  StoreWalk walk_;
  std::map<NodeId, bool> changes_;  // true: joined; collected for the next walk
  std::map<NodeId, bool> at_work_;  // of the walk under way
  TimePoint not_before_{};
  bool started_ = false;
  Timer timer_;
};

}  // namespace p2pns::dht
