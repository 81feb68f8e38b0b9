// WallClock: the node's idea of UTC. The host sets it at start and corrects it; in between the core adds its own steady
// time, so that a jump of the system's clock inside one call cannot happen.
//
// A correction may itself be the error (a bad time server, a dead battery). What cannot be taken back, like dropping a
// record whose lease ended, therefore goes by earliest(), which believes a step forward only after a day.
#pragma once

#include <algorithm>
#include <optional>

#include "core/base/time.hpp"
#include "core/base/timer_queue.hpp"

namespace p2pns {

/// Smaller corrections are drift, and below what leases tolerate.
inline constexpr std::chrono::minutes wall_step_least{1};
/// Long enough for a person or a better time server to notice.
inline constexpr std::chrono::hours wall_step_doubt{24};

class WallClock {
 public:
  /// `timers` must outlive the clock.
  WallClock(const TimerQueue& timers, UnixTime at_start)
      : timers_(timers), set_at_(timers.now()), wall_(at_start), started_at_(at_start) {}

  UnixTime now() const noexcept {
    return wall_ + std::chrono::duration_cast<std::chrono::milliseconds>(timers_.now() - set_at_);
  }
  /// The time that has been reached in any case: a step forward does not count while it is in doubt. Never after now().
  UnixTime earliest() const noexcept {
    if (!doubted_ || timers_.now() >= doubted_->until) return now();
    return std::min(now(), doubted_->before + std::chrono::duration_cast<std::chrono::milliseconds>(
                                                  timers_.now() - doubted_->stepped_at));
  }
  void set(UnixTime wall) noexcept {
    if (wall - now() > wall_step_least) doubted_ = Doubt{earliest(), timers_.now(), timers_.now() + wall_step_doubt};
    set_at_ = timers_.now();
    wall_ = wall;
  }
  /// Wall time when the node started, as known then.
  UnixTime started_at() const noexcept { return started_at_; }

 private:
  struct Doubt {
    UnixTime before;  // what earliest() said
    TimePoint stepped_at;
    TimePoint until;
  };
  const TimerQueue& timers_;
  TimePoint set_at_;
  UnixTime wall_;
  UnixTime started_at_;
  std::optional<Doubt> doubted_;
};

}  // namespace p2pns
