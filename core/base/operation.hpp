// Operation and Completion: the two ends of one asynchronous call.
//
// The contract, everywhere in the project: a completion runs at most once, never inside the call that started it (queue
// it with TimerQueue::post), never after its Operation died. A completion may destroy its owner and its Operation.
#pragma once

#include <memory>
#include <utility>

#include "core/base/callback.hpp"

namespace p2pns {

namespace detail {
struct OperationState {
  bool wanted = true;          // false once the consumer cancelled or the completion ran
  Callback<void()> on_cancel;  // producer's clean-up; runs at most once
};
}  // namespace detail

/// The consumer's handle: move-only, its destructor cancels. detach() lets the operation run without a handle.
class [[nodiscard]] Operation {
 public:
  Operation() = default;
  explicit Operation(std::shared_ptr<detail::OperationState> state) : state_(std::move(state)) {}
  Operation(Operation&&) noexcept = default;
  Operation& operator=(Operation&& other) noexcept {
    if (this != &other) {
      cancel();
      state_ = std::move(other.state_);
    }
    return *this;
  }
  ~Operation() { cancel(); }

  void cancel() {
    const auto state = std::move(state_);
    if (!state || !std::exchange(state->wanted, false)) return;
    if (auto clean_up = std::move(state->on_cancel)) clean_up();
  }
  void detach() noexcept { state_.reset(); }
  /// True while the completion may still run.
  bool active() const noexcept { return state_ && state_->wanted; }

 private:
  std::shared_ptr<detail::OperationState> state_;  // shared: either end may die first
};

/// The producer's end: call it once with the outcome. Dropping it without a call abandons the operation silently, which
/// only the destructor of the whole node does; the consumer's handle is then dead and no longer reaches the producer.
template <class T>
class Completion {
 public:
  Completion() = default;
  Completion(Callback<void(T)> callback, std::shared_ptr<detail::OperationState> state)
      : callback_(std::move(callback)), state_(std::move(state)) {}
  Completion(Completion&&) noexcept = default;
  Completion& operator=(Completion&& other) noexcept {
    if (this != &other) {
      abandon();
      callback_ = std::move(other.callback_);
      state_ = std::move(other.state_);
    }
    return *this;
  }
  ~Completion() { abandon(); }

  /// False once the consumer gave up: the producer may stop working.
  bool wanted() const noexcept { return state_ && state_->wanted; }
  /// `clean_up` runs when the consumer cancels; typically it erases the producer's state machine.
  void on_cancel(Callback<void()> clean_up) {
    if (state_) state_->on_cancel = std::move(clean_up);
  }
  void operator()(T value) {
    const auto state = std::move(state_);
    const auto callback = std::move(callback_);
    if (!state || !std::exchange(state->wanted, false)) return;
    state->on_cancel = nullptr;
    callback(std::move(value));
  }

 private:
  void abandon() noexcept {
    const auto state = std::move(state_);
    if (!state || !std::exchange(state->wanted, false)) return;
    state->on_cancel = nullptr;
  }

  Callback<void(T)> callback_;
  std::shared_ptr<detail::OperationState> state_;
};

/// Makes both ends of one call.
template <class T>
std::pair<Operation, Completion<T>> start_operation(Callback<void(T)> callback) {
  auto state = std::make_shared<detail::OperationState>();
  return {Operation{state}, Completion<T>{std::move(callback), state}};
}

}  // namespace p2pns
