// RateLimit: how often somebody may do something: so many times a second in the long run, and a burst. Time is an
// argument. Who counts as one is the user's choice of a text: an address, a name, a NodeID.
#pragma once

#include <string>
#include <unordered_map>

#include "core/base/token_bucket.hpp"

namespace p2pns {

/// Those remembered; who has done nothing for a while is forgotten first.
inline constexpr std::size_t rated_maximum = 16'384;

class RateLimit {
 public:
  RateLimit(double per_second, std::uint32_t burst) : per_second_(per_second), burst_(burst) {}

  /// False: over the limit. Also when too many others are within their bursts.
  bool take(const std::string& who, TimePoint now);
  std::size_t size() const noexcept { return buckets_.size(); }

 private:
  void forget_idle(TimePoint now);

  double per_second_;
  std::uint32_t burst_;
  std::unordered_map<std::string, TokenBucket> buckets_;
};

}  // namespace p2pns
