// The four transaction state machines of RFC 3261 section 17, with the Accepted state of RFC 6026. Pure: they hold a
// state and two deadlines, take events and the time, and say what is to be done. They know no message, no address and
// no queue of timers; transaction_table.hpp has these. Each event is harmless in each state.
#pragma once

#include <cstdint>
#include <optional>

#include "frontends/sip/transaction_timers.hpp"

namespace p2pns::sip {

/// States of all four; each machine uses some of them.
enum class TransactionState : std::uint8_t {
  calling,     ///< INVITE client: nothing came yet
  trying,      ///< other requests: nothing came, or was sent, yet
  proceeding,  ///< a provisional response came, or was sent; INVITE server: from the start
  accepted,    ///< INVITE: 2xx; their retransmissions pass
  completed,   ///< another final response
  confirmed,   ///< INVITE server: the ACK came
  terminated,  ///< to be forgotten
};

/// What the owner of a machine has to do after an event.
struct Effects {
  bool pass = false;         ///< hand what came to the core; server, of a response: send it
  bool resend = false;       ///< send the last message of this transaction once more
  bool acknowledge = false;  ///< INVITE client: send an ACK for the negative response
  bool timed_out = false;    ///< tell the core: no final response came, or the ACK did not
  friend bool operator==(const Effects&, const Effects&) = default;
};

/// Common to all: where it stands and when it wants to be called.
class TransactionMachine {
 public:
  TransactionState state() const noexcept { return state_; }
  bool terminated() const noexcept { return state_ == TransactionState::terminated; }
  /// True when all that is left is to answer retransmissions: the first to go when memory gets short.
  bool finished() const noexcept;
  /// When on_time wants to be called; none: never.
  std::optional<TimePoint> deadline() const noexcept;

 protected:
  TransactionMachine(const TransactionTimers& timers, bool reliable, TransactionState state) noexcept
      : timers_(&timers), reliable_(reliable), state_(state) {}
  /// Into a state that ends after `stay`: at once when that is zero.
  void finish(TransactionState state, Duration stay, TimePoint now) noexcept;
  void start_retransmitting(TimePoint now) noexcept;
  /// True when it is time to send again; the next time is then `interval` later.
  bool retransmission_due(TimePoint now, Duration longest) noexcept;
  bool life_is_over(TimePoint now) const noexcept { return ends_at_ && now >= *ends_at_; }

  const TransactionTimers* timers_;  // outlives all transactions
  bool reliable_;                    // the transport: nothing is sent twice
  TransactionState state_;
  std::optional<TimePoint> resend_at_;
  Duration interval_{0};
  std::optional<TimePoint> ends_at_;
};

/// RFC 3261 17.2.1 and RFC 6026 7.1. Begins when the INVITE came.
class InviteServerMachine : public TransactionMachine {
 public:
  InviteServerMachine(const TransactionTimers& timers, bool reliable) noexcept
      : TransactionMachine(timers, reliable, TransactionState::proceeding) {}
  /// The INVITE came again.
  Effects on_request() noexcept;
  /// An ACK came. `pass`: it belongs to a 2xx.
  Effects on_ack(TimePoint now) noexcept;
  /// The core wants to send a response.
  Effects on_response(int status, TimePoint now) noexcept;
  Effects on_time(TimePoint now) noexcept;

 private:
  bool answered_ = false;
};

/// RFC 3261 17.2.2. Begins when the request came.
class ServerMachine : public TransactionMachine {
 public:
  ServerMachine(const TransactionTimers& timers, bool reliable, TimePoint now) noexcept;
  Effects on_request() noexcept;
  Effects on_response(int status, TimePoint now) noexcept;
  Effects on_time(TimePoint now) noexcept;
};

/// RFC 3261 17.1.1 and RFC 6026 7.2. Begins when the INVITE was sent.
class InviteClientMachine : public TransactionMachine {
 public:
  InviteClientMachine(const TransactionTimers& timers, bool reliable, TimePoint now) noexcept;
  Effects on_response(int status, TimePoint now) noexcept;
  Effects on_time(TimePoint now) noexcept;
};

/// RFC 3261 17.1.2. Begins when the request was sent.
class ClientMachine : public TransactionMachine {
 public:
  ClientMachine(const TransactionTimers& timers, bool reliable, TimePoint now) noexcept;
  Effects on_response(int status, TimePoint now) noexcept;
  Effects on_time(TimePoint now) noexcept;
};

}  // namespace p2pns::sip
