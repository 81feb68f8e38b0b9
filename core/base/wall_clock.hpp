// WallClock: the node's idea of UTC. The host sets it at start and corrects it; in between the core adds its own steady
// time, so that a jump of the system's clock inside one call cannot happen.
#pragma once

#include "core/base/time.hpp"
#include "core/base/timer_queue.hpp"

namespace p2pns {

class WallClock {
 public:
  /// `timers` must outlive the clock.
  WallClock(const TimerQueue& timers, UnixTime at_start)
      : timers_(timers), set_at_(timers.now()), wall_(at_start), started_at_(at_start) {}

  UnixTime now() const noexcept {
    return wall_ + std::chrono::duration_cast<std::chrono::milliseconds>(timers_.now() - set_at_);
  }
  void set(UnixTime wall) noexcept {
    set_at_ = timers_.now();
    wall_ = wall;
  }
  /// Wall time when the node started, as known then.
  UnixTime started_at() const noexcept { return started_at_; }

 private:
  const TimerQueue& timers_;
  TimePoint set_at_;
  UnixTime wall_;
  UnixTime started_at_;
};

}  // namespace p2pns
