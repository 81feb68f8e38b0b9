// WriteLimits: how much one address block may write at one replica. Owner keys are free, addresses are not, so this is
// what keeps a single network from filling a replica with names. Takes now as argument.
#pragma once

#include <unordered_map>

#include "core/base/endpoint.hpp"
#include "core/base/token_bucket.hpp"

namespace p2pns::dht {

/// What one address block may do: so often in a row, and so often a second.
struct BlockRate {
  double per_second;
  double burst;
};
/// Sustained rate: an owner's node with thousands of names renews them over a week.
inline constexpr double writes_per_second_and_block = 2;
/// A claim writes once a round, and several nodes live behind one address.
inline constexpr double writes_burst_per_block = 64;
/// Blocks watched at once; when full, the longest idle half is forgotten.
inline constexpr std::size_t writing_blocks_maximum = 8192;

class WriteLimits {
 public:
  /// `exempt_private_blocks`: loopback and private ranges are not limited (test and LAN overlays).
  explicit WriteLimits(bool exempt_private_blocks, std::size_t blocks_maximum = writing_blocks_maximum,
                       BlockRate rate = {writes_per_second_and_block, writes_burst_per_block})
      : exempt_private_blocks_(exempt_private_blocks), blocks_maximum_(blocks_maximum), rate_(rate) {}

  /// Takes one write from the budget of this address's block; false when it is used up.
  bool admit(const Endpoint& from, TimePoint now);
  std::size_t blocks() const noexcept { return blocks_.size(); }

 private:
  void forget_idle();

  bool exempt_private_blocks_;
  std::size_t blocks_maximum_;
  BlockRate rate_;
  std::unordered_map<AddressBlock, TokenBucket> blocks_;
};

}  // namespace p2pns::dht
