// FloodGuard: bounds the work strangers can cause. One token bucket per address block for requests, one for all key
// agreements with unknown peers (beyond it, strangers must return a cookie first). Takes now as argument.
#pragma once

#include <unordered_map>

#include "core/base/endpoint.hpp"
#include "core/base/token_bucket.hpp"

namespace p2pns::rpc {

struct FloodLimits {
  double requests_per_second = 500;  ///< per address block; loopback and exempt ranges are not limited
  double requests_burst = 1000;
  double strangers_per_second = 1000;  ///< key agreements (60 us each) without a cookie: 6 % of one core
  double strangers_burst = 2000;
  bool exempt_private = false;  ///< private ranges are not limited (test and LAN overlays)
};
/// Blocks watched at once; when full, the longest idle half is forgotten.
inline constexpr std::size_t flood_blocks_maximum = 8192;

class FloodGuard {
 public:
  /// `salt` should be random: whoever forges addresses must not choose how their blocks hash.
  explicit FloodGuard(FloodLimits limits = {}, std::uint64_t salt = 0)
      : limits_(limits), blocks_(0, BlockHash{salt}), strangers_{limits.strangers_burst, TimePoint{}} {}
  bool admit_request(const Endpoint& from, TimePoint now);
  bool admit_stranger(TimePoint now);
  std::size_t watched_blocks() const noexcept { return blocks_.size(); }

 private:
  struct BlockHash {
    std::uint64_t salt;
    std::size_t operator()(const AddressBlock&) const noexcept;
  };
  void forget_idle();

  FloodLimits limits_;
  std::unordered_map<AddressBlock, TokenBucket, BlockHash> blocks_;
  TokenBucket strangers_;
};

}  // namespace p2pns::rpc
