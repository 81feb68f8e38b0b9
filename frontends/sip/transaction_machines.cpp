#include "frontends/sip/transaction_machines.hpp"

#include <algorithm>

namespace p2pns::sip {

namespace {

using State = TransactionState;

/// A request other than INVITE that is never answered (RFC 4320: no 408 for those) is forgotten when its client has
/// given up for sure.
constexpr int unanswered_lives = 2;

bool is_provisional(int status) { return status < 200; }
bool is_success(int status) { return status >= 200 && status < 300; }

}  // namespace

bool TransactionMachine::finished() const noexcept {
  return state_ == State::completed || state_ == State::confirmed || state_ == State::accepted;
}

std::optional<TimePoint> TransactionMachine::deadline() const noexcept {
  if (terminated()) return std::nullopt;
  if (!resend_at_) return ends_at_;
  return ends_at_ ? std::min(*resend_at_, *ends_at_) : *resend_at_;
}

void TransactionMachine::finish(State state, Duration stay, TimePoint now) noexcept {
  state_ = stay > Duration{0} ? state : State::terminated;
  resend_at_.reset();
  ends_at_ = now + stay;
}

void TransactionMachine::start_retransmitting(TimePoint now) noexcept {
  if (reliable_) return;
  interval_ = timers_->t1;
  resend_at_ = now + interval_;
}

bool TransactionMachine::retransmission_due(TimePoint now, Duration longest) noexcept {
  if (!resend_at_ || now < *resend_at_) return false;
  interval_ = std::min(2 * interval_, longest);
  resend_at_ = now + interval_;
  return true;
}

Effects InviteServerMachine::on_request() noexcept {
  return {.resend = answered_ && (state_ == State::proceeding || state_ == State::completed)};
}

Effects InviteServerMachine::on_ack(TimePoint now) noexcept {
  if (state_ == State::accepted) return {.pass = true};
  if (state_ == State::completed) finish(State::confirmed, reliable_ ? Duration{0} : timers_->t4, now);
  return {};
}

Effects InviteServerMachine::on_response(int status, TimePoint now) noexcept {
  if (state_ == State::accepted) return {.pass = is_success(status)};
  if (state_ != State::proceeding) return {};
  answered_ = true;
  if (is_success(status)) {
    finish(State::accepted, timers_->life(), now);
  } else if (!is_provisional(status)) {
    finish(State::completed, timers_->life(), now);
    start_retransmitting(now);
  }
  return {.pass = true};
}

Effects InviteServerMachine::on_time(TimePoint now) noexcept {
  if (life_is_over(now)) {
    const bool ack_missing = state_ == State::completed;
    state_ = State::terminated;
    return {.timed_out = ack_missing};
  }
  return {.resend = state_ == State::completed && retransmission_due(now, timers_->t2)};
}

ServerMachine::ServerMachine(const TransactionTimers& timers, bool reliable, TimePoint now) noexcept
    : TransactionMachine(timers, reliable, State::trying) {
  ends_at_ = now + unanswered_lives * timers.life();
}

Effects ServerMachine::on_request() noexcept {
  return {.resend = state_ == State::proceeding || state_ == State::completed};
}

Effects ServerMachine::on_response(int status, TimePoint now) noexcept {
  if (state_ != State::trying && state_ != State::proceeding) return {};
  if (is_provisional(status))
    state_ = State::proceeding;
  else
    finish(State::completed, reliable_ ? Duration{0} : timers_->life(), now);
  return {.pass = true};
}

Effects ServerMachine::on_time(TimePoint now) noexcept {
  if (!life_is_over(now)) return {};
  const bool unanswered = state_ != State::completed;
  state_ = State::terminated;
  return {.timed_out = unanswered};
}

InviteClientMachine::InviteClientMachine(const TransactionTimers& timers, bool reliable, TimePoint now) noexcept
    : TransactionMachine(timers, reliable, State::calling) {
  start_retransmitting(now);
  ends_at_ = now + timers.life();
}

Effects InviteClientMachine::on_response(int status, TimePoint now) noexcept {
  switch (state_) {
    case State::calling:
    case State::proceeding:
      if (is_provisional(status)) {
        state_ = State::proceeding;
        resend_at_.reset();
        ends_at_.reset();  // from here on Timer C of the proxy counts
        return {.pass = true};
      }
      if (is_success(status)) {
        finish(State::accepted, timers_->life(), now);
        return {.pass = true};
      }
      finish(State::completed, reliable_ ? Duration{0} : timers_->d, now);
      return {.pass = true, .acknowledge = true};
    case State::accepted:
      return {.pass = is_success(status)};
    case State::completed:
      return {.acknowledge = status >= 300};
    default:
      return {};
  }
}

Effects InviteClientMachine::on_time(TimePoint now) noexcept {
  if (life_is_over(now)) {
    const bool unanswered = state_ == State::calling;
    state_ = State::terminated;
    return {.timed_out = unanswered};
  }
  // Timer A has no upper bound: Timer B ends it.
  return {.resend = state_ == State::calling && retransmission_due(now, timers_->life())};
}

ClientMachine::ClientMachine(const TransactionTimers& timers, bool reliable, TimePoint now) noexcept
    : TransactionMachine(timers, reliable, State::trying) {
  start_retransmitting(now);
  ends_at_ = now + timers.life();
}

Effects ClientMachine::on_response(int status, TimePoint now) noexcept {
  if (state_ != State::trying && state_ != State::proceeding) return {};
  if (!is_provisional(status)) {
    finish(State::completed, reliable_ ? Duration{0} : timers_->t4, now);
    return {.pass = true};
  }
  state_ = State::proceeding;
  if (!reliable_) interval_ = timers_->t2;  // Timer E, once proceeding
  return {.pass = true};
}

Effects ClientMachine::on_time(TimePoint now) noexcept {
  if (life_is_over(now)) {
    const bool unanswered = state_ != State::completed;
    state_ = State::terminated;
    return {.timed_out = unanswered};
  }
  const bool waiting = state_ == State::trying || state_ == State::proceeding;
  return {.resend = waiting && retransmission_due(now, timers_->t2)};
}

}  // namespace p2pns::sip
