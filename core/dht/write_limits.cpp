#include "core/dht/write_limits.hpp"

#include <algorithm>
#include <vector>

namespace p2pns::dht {

bool WriteLimits::admit(const Endpoint& from, TimePoint now) {
  const IpAddress& address = from.address;
  if (exempt_private_blocks_ && (address.is_loopback() || address.is_private())) return true;
  const AddressBlock block = address_block(address);
  auto known = blocks_.find(block);
  if (known == blocks_.end()) {
    if (blocks_.size() >= blocks_maximum_) forget_idle();
    known = blocks_.emplace(block, TokenBucket{rate_.burst, now}).first;
  }
  return known->second.take(rate_.per_second, rate_.burst, now);
}

void WriteLimits::forget_idle() {
  std::vector<TimePoint> last_used;
  last_used.reserve(blocks_.size());
  for (const auto& [block, bucket] : blocks_) last_used.push_back(bucket.filled_at);
  const auto middle = last_used.begin() + static_cast<std::ptrdiff_t>(last_used.size() / 2);
  std::ranges::nth_element(last_used, middle);
  // More than half may have been used at the same moment; the count makes sure that half of them stay.
  std::size_t left = (blocks_.size() + 1) / 2;
  std::erase_if(blocks_, [&left, limit = *middle](const auto& entry) {
    if (left == 0 || entry.second.filled_at > limit) return false;
    --left;
    return true;
  });
}

}  // namespace p2pns::dht
