// An operation whose outcome is known at once: its completion still does not run inside the call that started it.
// Private to core/names.
#pragma once

#include "core/base/operation.hpp"
#include "core/base/timer_queue.hpp"

namespace p2pns::names::detail {

template <class T>
Operation answer_later(TimerQueue& timers, Callback<void(T)> callback, T value) {
  auto ends = start_operation<T>(std::move(callback));
  timers.post(
      [completion = std::move(ends.second), value = std::move(value)]() mutable { completion(std::move(value)); });
  return std::move(ends.first);
}

}  // namespace p2pns::names::detail
