// ReplicaCounters: what this node did as one of those who store records.
#pragma once

#include <cstdint>

namespace p2pns::dht {

struct ReplicaCounters {
  std::uint64_t writes = 0;           ///< records newly stored or changed because somebody asked for it
  std::uint64_t published = 0;        ///< of them: published record sets
  std::uint64_t reads = 0;            ///< GET served, this node's own included
  std::uint64_t reads_empty = 0;      ///< of them: for a binding that this node should store, and has not
  std::uint64_t reads_not_ready = 0;  ///< GETs answered with NOT_READY
  std::uint64_t received = 0;         ///< records newly stored or changed because another replica had them
  std::uint64_t dropped = 0;          ///< records given up after enough of their replicas had acknowledged them
  std::uint64_t withdrawals = 0;      ///< records removed by their owner
  std::uint64_t refused = 0;          ///< taken, stale, invalid, not responsible, full
  std::uint64_t limited = 0;          ///< over the limit of an address block
};

}  // namespace p2pns::dht
