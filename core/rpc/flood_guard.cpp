#include "core/rpc/flood_guard.hpp"

#include <algorithm>
#include <vector>

namespace p2pns::rpc {

std::size_t FloodGuard::BlockHash::operator()(const AddressBlock& block) const noexcept {
  // Fibonacci hashing of the salted block; the upper half is folded in because buckets use the lower bits.
  const std::uint64_t mixed = (std::hash<AddressBlock>{}(block) ^ salt) * 0x9e3779b97f4a7c15U;
  return (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93U;
}

bool FloodGuard::admit_request(const Endpoint& from, TimePoint now) {
  if (from.address.is_loopback() || (limits_.exempt_private && from.address.is_private())) return true;
  const AddressBlock block = address_block(from.address);
  auto found = blocks_.find(block);
  if (found == blocks_.end()) {
    if (blocks_.size() >= flood_blocks_maximum) forget_idle();
    found = blocks_.emplace(block, TokenBucket{limits_.requests_burst, now}).first;
  }
  return found->second.take(limits_.requests_per_second, limits_.requests_burst, now);
}

bool FloodGuard::admit_stranger(TimePoint now) {
  return strangers_.take(limits_.strangers_per_second, limits_.strangers_burst, now);
}

void FloodGuard::forget_idle() {
  std::vector<TimePoint> used;
  used.reserve(blocks_.size());
  for (const auto& [block, bucket] : blocks_) used.push_back(bucket.filled_at);
  const auto middle = used.begin() + static_cast<std::ptrdiff_t>(used.size() / 2);
  std::nth_element(used.begin(), middle, used.end());
  // Counted as well: when all were used at one instant, half of them goes all the same.
  std::size_t left = flood_blocks_maximum / 2;
  for (auto entry = blocks_.begin(); entry != blocks_.end() && left > 0;) {
    if (entry->second.filled_at > *middle) {
      ++entry;
      continue;
    }
    entry = blocks_.erase(entry);
    --left;
  }
}

}  // namespace p2pns::rpc
