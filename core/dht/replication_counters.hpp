// What replication has done, for operators. Writes that owners asked for are counted elsewhere (ReplicaCounters).
#pragma once

#include <cstdint>

namespace p2pns::dht {

struct ReplicationCounters {
  std::uint64_t pulled = 0;       ///< records taken over by a majority of neighbours, on joining
  std::uint64_t offered = 0;      ///< records offered to other replicas by digest
  std::uint64_t handed_over = 0;  ///< records another replica stored because we sent it
  std::uint64_t comparisons = 0;  ///< with one neighbour each, begun by this node
  std::uint64_t differences = 0;  ///< ranges of a few records found to differ
  std::uint64_t conflicts = 0;    ///< records of another owner met at another replica
  std::uint64_t unsent = 0;       ///< offers given up: the other side was silent, or too many waited
  std::uint64_t lies = 0;         ///< answers that broke the protocol, records that did not verify
  std::uint64_t limited = 0;      ///< requests over the limit of an address block
  std::uint64_t bytes_sent = 0;   ///< requests and answers of replication, as datagrams; repetitions not counted
};

struct ReplicationStatus {
  /// Everything this node should store has been pulled; before, it answers NOT_READY for what belongs to it.
  bool range_ready = false;
  ReplicationCounters counters;
};

}  // namespace p2pns::dht
