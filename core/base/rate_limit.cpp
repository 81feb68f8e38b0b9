#include "core/base/rate_limit.hpp"

namespace p2pns {

void RateLimit::forget_idle(TimePoint now) {
  std::erase_if(buckets_, [&](const auto& entry) { return entry.second.level(per_second_, burst_, now) >= burst_; });
}

bool RateLimit::take(const std::string& who, TimePoint now) {
  auto found = buckets_.find(who);
  if (found == buckets_.end()) {
    if (buckets_.size() >= rated_maximum) forget_idle(now);
    if (buckets_.size() >= rated_maximum) return false;
    found = buckets_.emplace(who, TokenBucket{static_cast<double>(burst_), now}).first;
  }
  return found->second.take(per_second_, burst_, now);
}

}  // namespace p2pns
