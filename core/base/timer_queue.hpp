// TimerQueue: clock and scheduler of one node. Time stands still while an input is handled; the host moves it on.
// Timers fire in the order (deadline, creation). A timer never fires inside the call that made it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "core/base/callback.hpp"
#include "core/base/time.hpp"

namespace p2pns {

class TimerQueue;

/// A pending timer. Destroying it cancels it. Must not outlive its queue.
class [[nodiscard]] Timer {
 public:
  Timer() = default;
  Timer(Timer&& other) noexcept;
  Timer& operator=(Timer&& other) noexcept;
  ~Timer() { cancel(); }
  void cancel() noexcept;
  /// True until it fires or is cancelled.
  bool pending() const noexcept;

 private:
  friend class TimerQueue;
  using Slot = std::pair<TimePoint, std::uint64_t>;
  Timer(TimerQueue* queue, Slot slot) : queue_(queue), slot_(slot) {}
  TimerQueue* queue_ = nullptr;
  Slot slot_{};
};

class TimerQueue {
 public:
  explicit TimerQueue(TimePoint start) : now_(start) {}
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;
  /// Drops what is pending, in order of deadlines. An action may own timers of this queue, so they go one by one.
  ~TimerQueue();

  /// Constant while an input is handled.
  TimePoint now() const noexcept { return now_; }
  /// A deadline in the past counts as now.
  Timer at(TimePoint deadline, Callback<void()> action);
  Timer after(Duration delay, Callback<void()> action);
  /// Runs the action at the next advance_to, without a handle: for completions that must not run inside the starting
  /// call.
  void post(Callback<void()> action);
  std::optional<TimePoint> next_deadline() const;
  /// Moves time on (never back) and fires what is due. Fires only timers that existed when it was entered, so that a
  /// zero-delay timer that re-arms itself cannot starve the loop.
  void advance_to(TimePoint now);
  std::size_t size() const noexcept { return timers_.size(); }

 private:
  friend class Timer;
  Timer::Slot insert(TimePoint deadline, Callback<void()> action);

  TimePoint now_;
  std::uint64_t next_sequence_ = 0;
  std::map<Timer::Slot, Callback<void()>> timers_;
};

}  // namespace p2pns
