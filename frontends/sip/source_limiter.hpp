// SourceLimiter: how many messages one address, and one node, may send. Phones of this machine, on loopback, are not
// limited: whoever runs there can do worse.
#pragma once

#include "core/base/counted_source.hpp"
#include "core/base/key.hpp"
#include "frontends/sip/token_buckets.hpp"

namespace p2pns::sip {

/// Of one address: a PBX of some 15 calls/s; a phone sends less than one.
inline constexpr Rate source_rate{100, 200};
/// Addresses watched at the same time, 64 bytes each.
inline constexpr std::size_t sources_maximum = 8192;
/// Of one node: 500 calls/s between two of them, with seven messages a call in both directions. A twentieth of what its
/// link could bring (frames_per_check_maximum).
inline constexpr Rate node_rate{4000, 4000};
/// Nodes watched at the same time: as many as have links (core/link/link_limits.hpp), and as many again.
inline constexpr std::size_t nodes_maximum = 2048;

class SourceLimiter {
 public:
  /// `salt`: see TokenBuckets.
  SourceLimiter(Rate of_address, std::uint64_t salt)
      : addresses_(of_address, sources_maximum, salt), nodes_(node_rate, nodes_maximum, salt) {}
  bool admit(const IpAddress& source, TimePoint now);
  bool admit(const NodeId& node, TimePoint now) { return nodes_.take(node, now); }
  /// Addresses.
  std::size_t watched() const noexcept { return addresses_.watched(); }

 private:
  TokenBuckets<IpAddress> addresses_;  // IPv6: by /64
  TokenBuckets<NodeId> nodes_;
};

}  // namespace p2pns::sip
