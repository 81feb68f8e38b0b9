// BucketRefresh: fills far buckets after joining, and goes through buckets that nobody used for an hour, by looking up
// a random key in each. One at a time, spread over time. Near buckets are the sibling list's business.
#pragma once

#include "core/kbr/maintenance_context.hpp"

namespace p2pns::kbr {

inline constexpr Duration refresh_idle_after = std::chrono::hours{1};
inline constexpr Duration refresh_pause_filling = std::chrono::seconds{2};
inline constexpr Duration refresh_pause_idle = std::chrono::minutes{5};

class BucketRefresh {
 public:
  explicit BucketRefresh(MaintenanceContext& context) : context_(context) {}
  /// Fills every far bucket that is not full, nearest first: they are the rarer ones.
  void start();
  /// First bucket that the sibling list covers wholly.
  std::size_t far_end() const;

 private:
  void arm(Duration pause);
  void next();
  std::optional<std::size_t> choose();

  MaintenanceContext& context_;
  std::size_t to_fill_ = 0;  // buckets below this one have not been filled yet
  Operation lookup_;
  Timer timer_;
};

}  // namespace p2pns::kbr
