// The counters of replication by name: one table for /v1/status and /metrics.
#pragma once

#include <array>

#include "core/names/name_service.hpp"

namespace p2pns::http {

struct ReplicationCounterName {
  const char* name;
  std::uint64_t dht::ReplicationCounters::*value;
  const char* help;
};

inline constexpr std::array replication_counter_names{
    ReplicationCounterName{"pulled", &dht::ReplicationCounters::pulled,
                           "Records taken over from neighbours before the node answers for its range"},
    ReplicationCounterName{"offered", &dht::ReplicationCounters::offered,
                           "Records offered to other replicas by digest"},
    ReplicationCounterName{"handed_over", &dht::ReplicationCounters::handed_over,
                           "Records that another replica stored because this node sent them"},
    ReplicationCounterName{"comparisons", &dht::ReplicationCounters::comparisons,
                           "Comparisons with a neighbour that this node began"},
    ReplicationCounterName{"differences", &dht::ReplicationCounters::differences,
                           "Ranges of a few records that differed from a neighbour's"},
    ReplicationCounterName{"conflicts", &dht::ReplicationCounters::conflicts,
                           "Records of another owner met at another replica"},
    ReplicationCounterName{"unsent", &dht::ReplicationCounters::unsent,
                           "Offers given up: the other side was silent, or too many waited"},
    ReplicationCounterName{"lies", &dht::ReplicationCounters::lies,
                           "Answers that broke the protocol, and records that did not verify"},
    ReplicationCounterName{"limited", &dht::ReplicationCounters::limited,
                           "Requests over the limit of an address block"},
    ReplicationCounterName{"bytes_sent", &dht::ReplicationCounters::bytes_sent,
                           "Bytes of requests and answers between replicas"},
};

}  // namespace p2pns::http
