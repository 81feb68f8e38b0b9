#include "core/base/rate_limit.hpp"

#include <algorithm>

namespace p2pns {

double RateLimit::level(const Bucket& bucket, TimePoint now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.since).count();
  return std::min<double>(burst_, bucket.tokens + std::max(0.0, seconds) * per_second_);
}

void RateLimit::forget_idle(TimePoint now) {
  std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= burst_; });
}

bool RateLimit::take(const std::string& who, TimePoint now) {
  auto found = buckets_.find(who);
  if (found == buckets_.end()) {
    if (buckets_.size() >= rated_maximum) forget_idle(now);
    if (buckets_.size() >= rated_maximum) return false;
    found = buckets_.emplace(who, Bucket{static_cast<double>(burst_), now}).first;
  }
  Bucket& bucket = found->second;
  const double tokens = level(bucket, now);
  bucket = {tokens, now};
  if (tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace p2pns
