#include "core/host/net/timer_driver.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "core/host/net/system.hpp"

namespace p2pns::host {

namespace {
/// The timer stands still while the machine sleeps, so a long wait would go on for as long afterwards.
constexpr Duration wait_maximum = std::chrono::seconds{2};
}  // namespace

TimerDriver::TimerDriver(boost::asio::io_context& context) : timer_(context), timers_(steady_now()) {}

TimerDriver::Turn::Turn(TimerDriver& driver, Due due)
    : driver_(driver), outermost_(!std::exchange(driver.in_turn_, true)) {
  if (!outermost_) return;
  if (due == Due::now)
    driver_.timers_.advance_to(steady_now());
  else
    driver_.move_without_firing();
}

TimerDriver::Turn::~Turn() {
  if (!outermost_) return;
  driver_.in_turn_ = false;
  driver_.arm();
}

void TimerDriver::move_without_firing() {
  TimePoint until = steady_now();
  // Whatever is due keeps time from passing it; the armed timer is about to bring its turn.
  if (const auto deadline = timers_.next_deadline()) until = std::min(until, *deadline - Duration{1});
  if (until > timers_.now()) timers_.advance_to(until);
}

void TimerDriver::stop() {
  stopped_ = true;
  timer_.cancel();
}

void TimerDriver::arm() {
  const auto deadline = timers_.next_deadline();
  if (stopped_ || !deadline || deadline == armed_for_) return;
  armed_for_ = deadline;
  timer_.expires_after(std::clamp(*deadline - steady_now(), Duration{0}, wait_maximum));
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->armed_for_.reset();
    const Turn turn{*self};
  });
}

}  // namespace p2pns::host
