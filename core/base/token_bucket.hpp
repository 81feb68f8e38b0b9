// TokenBucket: how often somebody may do something: so many times a second in the long run, and a burst. Time is an
// argument. Tables of buckets, and who counts as one, are the users' matter.
#pragma once

#include <algorithm>

#include "core/base/time.hpp"

namespace p2pns {

struct TokenBucket {
  double tokens = 0;
  TimePoint filled_at{};

  /// Tokens there are now, at most `burst`.
  double level(double per_second, double burst, TimePoint now) const noexcept {
    const double elapsed_s = std::chrono::duration<double>(now - filled_at).count();
    return std::min(burst, tokens + std::max(0.0, elapsed_s) * per_second);
  }
  /// Takes one token if there is one.
  bool take(double per_second, double burst, TimePoint now) noexcept {
    tokens = level(per_second, burst, now);
    filled_at = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  }
};

}  // namespace p2pns
