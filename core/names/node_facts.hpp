// NodeFacts: what the name service reports about its node, but cannot know itself. The node implements it.
#pragma once

#include <optional>

#include "core/dht/replica_counters.hpp"
#include "core/dht/replication_counters.hpp"
#include "core/wire/node_handle.hpp"

namespace p2pns::names {

struct NodeNumbers {
  std::size_t known_nodes = 0;               ///< distinct nodes in table and sibling list
  std::size_t records_stored = 0;            ///< by this node's replica
  std::uint64_t dht_writes = 0;              ///< records this node stored because somebody asked for it
  std::optional<Endpoint> observed_address;  ///< as others see this node; none: nobody has said so
  dht::ReplicationStatus replication{};
  dht::ReplicaCounters replica{};  ///< of this node
  std::uint64_t dht_lies = 0;      ///< answers of replicas that do not verify, or belong elsewhere
};

class NodeFacts {
 public:
  /// This node with its current addresses, best first; no endpoint while none is known.
  virtual wire::NodeHandle own_handle() const = 0;
  virtual NodeNumbers numbers() const = 0;

 protected:
  ~NodeFacts() = default;
};

}  // namespace p2pns::names
