// TimerDriver: drives a TimerQueue that is no node's with the machine's steady clock. Every handler that touches what
// lives by this queue makes a Turn first.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "core/base/timer_queue.hpp"

namespace p2pns::host {

class TimerDriver : public std::enable_shared_from_this<TimerDriver> {
 public:
  /// `context` outlives it.
  explicit TimerDriver(boost::asio::io_context& context);

  TimerQueue& timers() noexcept { return timers_; }
  /// Nothing fires by itself afterwards.
  void stop();

  /// What becomes of actions that are due when a turn begins.
  enum class Due {
    now,   ///< they run first: of a handler that the loop calls
    later  ///< they run from the loop: of a call by somebody who does not expect to be called back from inside
  };

  /// The outermost moves the queue's time on when it begins and arms the timer when it ends; one inside another changes
  /// nothing.
  class [[nodiscard]] Turn {
   public:
    explicit Turn(TimerDriver& driver, Due due = Due::now);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    TimerDriver& driver_;
    bool outermost_;
  };

 private:
  void move_without_firing();
  void arm();

  boost::asio::steady_timer timer_;
  TimerQueue timers_;
  bool in_turn_ = false;
  bool stopped_ = false;
  std::optional<TimePoint> armed_for_;
};

}  // namespace p2pns::host
