// RpcCounters: what happened to datagrams, by kind. Hostile input is counted here instead of being logged line by line.
#pragma once

#include <cstdint>

namespace p2pns::rpc {

struct RpcCounters {
  std::uint64_t datagrams_received = 0;
  std::uint64_t datagrams_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t requests_sent = 0;
  std::uint64_t requests_served = 0;
  std::uint64_t requests_malformed = 0;  ///< of those: authentic, but the body does not decode; answered REFUSED
  std::uint64_t answers_received = 0;
  std::uint64_t answers_late = 0;  ///< after their call was given up: they measure the peer
  std::uint64_t time_outs = 0;     ///< calls that failed on all addresses
  std::uint64_t retransmissions = 0;
  std::uint64_t retries_sent = 0;    ///< RETRY messages
  std::uint64_t key_agreements = 0;  ///< X25519 operations
  std::uint64_t dropped_malformed = 0;
  std::uint64_t dropped_wrong_network = 0;
  std::uint64_t dropped_not_for_us = 0;
  std::uint64_t dropped_unauthentic = 0;  ///< seal broken, puzzle unsolved, key unusable
  std::uint64_t dropped_replayed = 0;
  std::uint64_t dropped_unexpected = 0;  ///< answers nobody asked for, requests nobody serves
  std::uint64_t dropped_over_limit = 0;  ///< flood guard, answers that would amplify
};

}  // namespace p2pns::rpc
