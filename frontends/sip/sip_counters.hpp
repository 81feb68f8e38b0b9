// SipCounters: what the SIP front end counts, for /metrics.
#pragma once

#include <array>
#include <cstdint>

namespace p2pns::sip {

struct SipCounters {
  std::uint64_t received_udp = 0;
  std::uint64_t received_tcp = 0;
  std::uint64_t received_link = 0;
  std::uint64_t unreadable = 0;          ///< no SIP message at all
  std::uint64_t over_limit = 0;          ///< dropped: their source sends too much
  std::uint64_t retransmissions = 0;     ///< requests that came again
  std::uint64_t stray_responses = 0;     ///< to nothing we sent
  std::uint64_t requests_forwarded = 0;  ///< one for each branch
  std::uint64_t responses_forwarded = 0;
  std::array<std::uint64_t, 6> answered_here{};  ///< responses of our own, by class: 1xx is the first
  std::uint64_t server_transactions = 0;         ///< that began
  std::uint64_t client_transactions = 0;
  std::uint64_t over_transaction_limit = 0;  ///< requests answered 503 for it
  std::uint64_t forgotten_early = 0;         ///< finished transactions given up for their memory
  std::uint64_t callers_verified = 0;        ///< requests of other nodes whose From is theirs
  std::uint64_t callers_unverified = 0;
  std::uint64_t link_failures = 0;  ///< requests that a node did not take
  std::uint64_t tcp_connections = 0;
  std::uint64_t tcp_connections_refused = 0;
};

}  // namespace p2pns::sip
