#include "core/base/timer_queue.hpp"

#include <algorithm>

namespace p2pns {

Timer::Timer(Timer&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)), slot_(other.slot_) {}

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    cancel();
    queue_ = std::exchange(other.queue_, nullptr);
    slot_ = other.slot_;
  }
  return *this;
}

void Timer::cancel() noexcept {
  // The node is extracted first: destroying the action may destroy this timer's owner.
  if (TimerQueue* queue = std::exchange(queue_, nullptr)) auto action = queue->timers_.extract(slot_);
}

bool Timer::pending() const noexcept { return queue_ != nullptr && queue_->timers_.contains(slot_); }

TimerQueue::~TimerQueue() {
  while (!timers_.empty()) auto dropped = timers_.extract(timers_.begin());
}

Timer::Slot TimerQueue::insert(TimePoint deadline, Callback<void()> action) {
  const Timer::Slot slot{std::max(deadline, now_), next_sequence_++};
  timers_.emplace(slot, std::move(action));
  return slot;
}

Timer TimerQueue::at(TimePoint deadline, Callback<void()> action) {
  return Timer{this, insert(deadline, std::move(action))};
}

Timer TimerQueue::after(Duration delay, Callback<void()> action) { return at(now_ + delay, std::move(action)); }

void TimerQueue::post(Callback<void()> action) { insert(now_, std::move(action)); }

std::optional<TimePoint> TimerQueue::next_deadline() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first.first;
}

void TimerQueue::advance_to(TimePoint now) {
  now_ = std::max(now_, now);
  const std::uint64_t entered = next_sequence_;
  auto next = timers_.begin();
  while (next != timers_.end() && next->first.first <= now_) {
    if (next->first.second >= entered) {
      ++next;
      continue;
    }
    const Timer::Slot slot = next->first;
    const auto action = timers_.extract(next);
    action.mapped()();
    next = timers_.upper_bound(slot);  // the action may have added or removed anything
  }
}

}  // namespace p2pns
