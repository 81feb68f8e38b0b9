// SourceLimiter: how many messages one address may send (a token bucket for each, as core/rpc/flood_guard.hpp has them
// for nodes). Phones of this machine, on loopback, are not limited: whoever runs there can do worse.
#pragma once

#include <unordered_map>

#include "core/base/counted_source.hpp"
#include "core/base/time.hpp"

namespace p2pns::sip {

struct SourceLimits {
  double per_second = 100;  ///< a PBX of some 15 calls/s; a phone sends less than one
  double burst = 200;
};
/// Addresses watched at the same time, 64 bytes each; when full, the longest idle half is forgotten.
inline constexpr std::size_t sources_maximum = 8192;

class SourceLimiter {
 public:
  /// `salt` is random, so that nobody chooses how addresses hash.
  SourceLimiter(SourceLimits limits, std::uint64_t salt) : limits_(limits), buckets_(0, Hash{salt}) {}
  bool admit(const IpAddress& source, TimePoint now);
  std::size_t watched() const noexcept { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    TimePoint filled_at{};
  };
  struct Hash {
    std::uint64_t salt;
    std::size_t operator()(const IpAddress&) const noexcept;
  };
  void forget_idle();

  SourceLimits limits_;
  std::unordered_map<IpAddress, Bucket, Hash> buckets_;  // IPv6: by /64
};

}  // namespace p2pns::sip
