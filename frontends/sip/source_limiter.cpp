#include "frontends/sip/source_limiter.hpp"

#include <algorithm>
#include <vector>

namespace p2pns::sip {

std::size_t SourceLimiter::Hash::operator()(const IpAddress& address) const noexcept {
  const std::uint64_t mixed = (std::hash<std::string_view>{}(as_text(address.view())) ^ salt) * 0x9e3779b97f4a7c15U;
  return mixed ^ (mixed >> 32U);
}

bool SourceLimiter::admit(const IpAddress& address, TimePoint now) {
  if (address.is_loopback()) return true;
  const IpAddress source = counted_source(address);
  auto found = buckets_.find(source);
  if (found == buckets_.end()) {
    if (buckets_.size() >= sources_maximum) forget_idle();
    found = buckets_.emplace(source, Bucket{limits_.burst, now}).first;
  }
  Bucket& bucket = found->second;
  const double elapsed_s = std::chrono::duration<double>(now - bucket.filled_at).count();
  bucket.tokens = std::min(limits_.burst, bucket.tokens + elapsed_s * limits_.per_second);
  bucket.filled_at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void SourceLimiter::forget_idle() {
  std::vector<TimePoint> used;
  used.reserve(buckets_.size());
  for (const auto& [source, bucket] : buckets_) used.push_back(bucket.filled_at);
  const auto middle = used.begin() + static_cast<std::ptrdiff_t>(used.size() / 2);
  std::nth_element(used.begin(), middle, used.end());
  std::size_t left = sources_maximum / 2;  // counted too: all may have been used at one instant
  for (auto entry = buckets_.begin(); entry != buckets_.end() && left > 0;) {
    const bool idle = entry->second.filled_at <= *middle;
    if (idle) --left;
    entry = idle ? buckets_.erase(entry) : std::next(entry);
  }
}

}  // namespace p2pns::sip
