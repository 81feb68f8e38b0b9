// DnsCounters: what happened to queries, for metrics and status.
#pragma once

#include <array>

#include "frontends/dns/dns_types.hpp"

namespace p2pns::dns {

/// Messages on the socket of a question to an upstream that were not believed.
struct IgnoredAnswers {
  std::uint64_t from_elsewhere = 0;  ///< another address or port than the one asked
  std::uint64_t too_short = 0;
  std::uint64_t too_large = 0;
  std::uint64_t wrong_id = 0;
  std::uint64_t wrong_question = 0;
  std::uint64_t malformed = 0;

  std::uint64_t all() const noexcept {
    return from_elsewhere + too_short + too_large + wrong_id + wrong_question + malformed;
  }
};

struct ForwardCounters {
  std::uint64_t questions = 0;  ///< different ones under way at a time count once
  std::uint64_t joined = 0;     ///< waited for an equal question that was under way
  std::uint64_t sent_udp = 0;   ///< messages to upstreams, probes among them
  std::uint64_t sent_tcp = 0;
  std::uint64_t answered = 0;       ///< questions that an upstream answered
  std::uint64_t unanswered = 0;     ///< SERVFAIL instead
  std::uint64_t over_limit = 0;     ///< not forwarded because of a maximum
  std::uint64_t special_names = 0;  ///< answered here, because they must not leave
  std::uint64_t loops = 0;          ///< times an upstream was found to lead back here
  IgnoredAnswers ignored;
};

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
  ForwardCounters forward;
};

}  // namespace p2pns::dns
