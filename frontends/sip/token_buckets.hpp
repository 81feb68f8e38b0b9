// TokenBuckets: how many messages each of many may send, in a table of bounded size (core/rpc/flood_guard.hpp does the
// same for address blocks).
#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/token_bucket.hpp"

namespace p2pns::sip {

struct Rate {
  double per_second = 0;
  double burst = 0;
};

/// `Key` has view(), its bytes.
template <class Key>
class TokenBuckets {
 public:
  /// When `maximum` keys are watched the longest idle half is forgotten. `salt` is random, so that nobody chooses how
  /// keys hash.
  TokenBuckets(Rate limit, std::size_t maximum, std::uint64_t salt)
      : limit_(limit), maximum_(maximum), buckets_(0, Hash{salt}) {}

  /// False: too much.
  bool take(const Key& key, TimePoint now) {
    auto found = buckets_.find(key);
    if (found == buckets_.end()) {
      if (buckets_.size() >= maximum_) forget_idle();
      found = buckets_.emplace(key, TokenBucket{limit_.burst, now}).first;
    }
    return found->second.take(limit_.per_second, limit_.burst, now);
  }
  std::size_t watched() const noexcept { return buckets_.size(); }

 private:
  struct Hash {
    std::uint64_t salt;
    std::size_t operator()(const Key& key) const noexcept {
      const std::uint64_t mixed = (std::hash<std::string_view>{}(as_text(key.view())) ^ salt) * 0x9e3779b97f4a7c15U;
      return mixed ^ (mixed >> 32U);
    }
  };

  void forget_idle() {
    std::vector<TimePoint> used;
    used.reserve(buckets_.size());
    for (const auto& [key, bucket] : buckets_) used.push_back(bucket.filled_at);
    const auto middle = used.begin() + static_cast<std::ptrdiff_t>(used.size() / 2);
    std::nth_element(used.begin(), middle, used.end());
    std::size_t left = maximum_ / 2;  // counted too: all may have been used at one instant
    for (auto entry = buckets_.begin(); entry != buckets_.end() && left > 0;) {
      const bool idle = entry->second.filled_at <= *middle;
      if (idle) --left;
      entry = idle ? buckets_.erase(entry) : std::next(entry);
    }
  }

  Rate limit_;
  std::size_t maximum_;
  std::unordered_map<Key, TokenBucket, Hash> buckets_;
};

}  // namespace p2pns::sip
