// TestnetCheck: puts a testnet to the proof. Every node registers a name, every name is resolved at another node with a
// cold cache, and what that cost is counted.
#pragma once

#include "apps/testnet/testnet.hpp"

namespace p2pns::testnet {

struct CheckReport {
  std::size_t names = 0;
  std::size_t registered = 0;
  std::size_t resolved = 0;  ///< at another node: the right owner, its address, its record
  std::size_t lookups_sampled = 0;
  std::size_t asked_maximum = 0;  ///< nodes asked in one sampled resolution
  double asked_mean = 0;
  std::size_t known_maximum = 0;  ///< nodes that one node knows
  double known_mean = 0;
  double writes_per_registration = 0;
  double register_s = 0;
  double resolve_s = 0;
  double resolve_ms_p50 = 0;
  double resolve_ms_p99 = 0;
};

/// Operations under way at once.
inline constexpr std::size_t check_parallel = 32;

CheckReport check(Testnet&, std::size_t names, std::size_t sampled_lookups, const Progress&);
std::string to_text(const CheckReport&);
/// Whether everything registered and resolved, no lookup asked 60 nodes or more, and no node knows more than 400.
bool passed(const CheckReport&);

}  // namespace p2pns::testnet
