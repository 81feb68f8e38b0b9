// ClockWatch: tells from the machine's clocks that it slept, or that somebody set its wall clock. Pure: the host reads
// the clocks. What follows from it is the host's matter, too.
#pragma once

#include <utility>

#include "core/base/time.hpp"

namespace p2pns::host {

/// Below it is a clock being slewed, or a host that was late; above it others have noticed.
inline constexpr Duration clock_jump_least = std::chrono::seconds{5};

/// The three clocks, read at one moment.
struct ClockReading {
  TimePoint steady;  ///< runs through suspend (CLOCK_BOOTTIME)
  TimePoint awake;   ///< stands still meanwhile (CLOCK_MONOTONIC)
  UnixTime wall;     ///< can be set
};

enum class ClockEvent {
  none,
  slept,    ///< the machine was suspended
  stepped,  ///< the wall clock was set, forward or back
};

class ClockWatch {
 public:
  explicit ClockWatch(const ClockReading& start) : last_(start) {}

  /// What happened since the call before. A machine whose wall clock is set while it wakes up has slept.
  ClockEvent look(const ClockReading& now) noexcept {
    const ClockReading before = std::exchange(last_, now);
    const Duration passed = now.steady - before.steady;
    if (passed - (now.awake - before.awake) > clock_jump_least) return ClockEvent::slept;
    const Duration step = (now.wall - before.wall) - passed;
    return step > clock_jump_least || step < -clock_jump_least ? ClockEvent::stepped : ClockEvent::none;
  }
  TimePoint last_look() const noexcept { return last_.steady; }

 private:
  ClockReading last_;
};

}  // namespace p2pns::host
