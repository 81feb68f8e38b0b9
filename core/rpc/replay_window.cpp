#include "core/rpc/replay_window.hpp"

namespace p2pns::rpc {
namespace {

// Serial number arithmetic (RFC 1982): UTC seconds wrap in 2106.
bool later(std::uint32_t left, std::uint32_t right) noexcept { return static_cast<std::int32_t>(left - right) > 0; }

}  // namespace

bool ReplayWindow::before_current_run(std::uint32_t start_s) const noexcept {
  return start_s_ && later(*start_s_, start_s);
}

bool ReplayWindow::accept(std::uint32_t start_s, std::uint32_t counter) {
  if (!start_s_ || later(start_s, *start_s_)) {
    start_run(start_s, counter);
    return true;
  }
  if (start_s != *start_s_) return false;
  if (counter > highest_) {
    advance_to(counter);
  } else if (highest_ - counter >= replay_window_messages) {
    return false;
  }
  auto seen = seen_[counter % replay_window_messages];
  if (seen) return false;
  seen = true;
  return true;
}

void ReplayWindow::start_run(std::uint32_t start_s, std::uint32_t counter) {
  start_s_ = start_s;
  highest_ = counter;
  seen_.reset();
  seen_.set(counter % replay_window_messages);
}

void ReplayWindow::advance_to(std::uint32_t counter) {
  if (counter - highest_ >= replay_window_messages) {
    seen_.reset();
  } else {
    for (std::uint32_t last = highest_; last != counter;) seen_.reset(++last % replay_window_messages);
  }
  highest_ = counter;
}

}  // namespace p2pns::rpc
