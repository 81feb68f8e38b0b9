// The RPC layer's counters by name: one table for /v1/status and /metrics.
#pragma once

#include <array>

#include "core/names/name_service.hpp"

namespace p2pns::http {

struct RpcCounterName {
  const char* name;
  std::uint64_t rpc::RpcCounters::*value;
  const char* help;
};

inline constexpr std::array rpc_counter_names{
    RpcCounterName{"datagrams_received", &rpc::RpcCounters::datagrams_received, "Datagrams received"},
    RpcCounterName{"datagrams_sent", &rpc::RpcCounters::datagrams_sent, "Datagrams sent"},
    RpcCounterName{"bytes_received", &rpc::RpcCounters::bytes_received, "Bytes of datagrams received"},
    RpcCounterName{"bytes_sent", &rpc::RpcCounters::bytes_sent, "Bytes of datagrams sent"},
    RpcCounterName{"requests_sent", &rpc::RpcCounters::requests_sent, "Requests to other nodes"},
    RpcCounterName{"requests_served", &rpc::RpcCounters::requests_served, "Requests of other nodes answered"},
    RpcCounterName{"requests_malformed", &rpc::RpcCounters::requests_malformed,
                   "Authentic requests that do not decode"},
    RpcCounterName{"answers_received", &rpc::RpcCounters::answers_received, "Answers of other nodes"},
    RpcCounterName{"answers_late", &rpc::RpcCounters::answers_late, "Answers after their call was given up"},
    RpcCounterName{"time_outs", &rpc::RpcCounters::time_outs, "Calls that failed on all addresses"},
    RpcCounterName{"retransmissions", &rpc::RpcCounters::retransmissions, "Requests sent again"},
    RpcCounterName{"retries_sent", &rpc::RpcCounters::retries_sent, "Strangers asked to prove their address"},
    RpcCounterName{"key_agreements", &rpc::RpcCounters::key_agreements, "X25519 operations"},
};

/// Datagrams dropped, by reason.
inline constexpr std::array rpc_drop_names{
    RpcCounterName{"malformed", &rpc::RpcCounters::dropped_malformed, ""},
    RpcCounterName{"wrong_network", &rpc::RpcCounters::dropped_wrong_network, ""},
    RpcCounterName{"not_for_us", &rpc::RpcCounters::dropped_not_for_us, ""},
    RpcCounterName{"unauthentic", &rpc::RpcCounters::dropped_unauthentic, ""},
    RpcCounterName{"replayed", &rpc::RpcCounters::dropped_replayed, ""},
    RpcCounterName{"unexpected", &rpc::RpcCounters::dropped_unexpected, ""},
    RpcCounterName{"over_limit", &rpc::RpcCounters::dropped_over_limit, ""},
};

}  // namespace p2pns::http
