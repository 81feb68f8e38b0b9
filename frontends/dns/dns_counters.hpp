// DnsCounters: what happened to queries, for metrics and status.
#pragma once

#include <array>

#include "frontends/dns/dns_types.hpp"

namespace p2pns::dns {

struct DnsCounters {
  std::uint64_t queries_udp = 0;
  std::uint64_t queries_tcp = 0;
  std::uint64_t dropped = 0;    ///< too short, or no query
  std::uint64_t truncated = 0;  ///< answered with TC
  std::array<std::uint64_t, rcodes_counted> answers_by_rcode{};
  std::uint64_t answered_from_cache = 0;     ///< at least one name was found there, and none had to be looked up
  std::uint64_t lookups_started = 0;         ///< different names asked of the name service
  std::uint64_t lookups_over_limit = 0;      ///< not started, or not waited for, because of a maximum
  std::uint64_t answered_before_lookup = 0;  ///< SERVFAIL because the lookup took too long
  std::uint64_t tcp_connections = 0;
  std::uint64_t tcp_connections_refused = 0;
};

}  // namespace p2pns::dns
