// Outbox: what one link has to send. Each protocol is a stream of its own: its messages go one after the other, and the
// streams take turns, frame by frame, so that no one waits for a large message of another. A stream begins no message
// beyond its window of unacknowledged ones.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/base/operation.hpp"
#include "core/base/timer_queue.hpp"
#include "core/link/frame.hpp"

namespace p2pns::link {

/// A message from the call of send until its sender knows the outcome.
struct OutgoingMessage {
  std::uint64_t id = 0;
  std::string protocol;
  ByteVector bytes;  ///< empty once all of it is written
  std::size_t size_bytes = 0;
  Completion<Result<void>> done;
  Timer limit{};          ///< send_time_maximum
  bool settled = false;   ///< its sender knows the outcome
  bool requeued = false;  ///< a link broke before it was begun
};

class Outbox {
 public:
  void add(OutgoingMessage);
  /// Begins no message any more; those begun are written to their ends.
  void hold() noexcept { held_ = true; }
  /// True when write() would append something.
  bool can_write() const;
  /// Appends frames, at most `room_bytes`. `now` is remembered for messages whose end was written. Returns how many
  /// messages were finished.
  std::size_t write(ByteVector& out, std::size_t room_bytes, TimePoint now);
  /// The peer has answered. Errors: malformed (it cannot have: unknown, or not written to its end).
  Result<OutgoingMessage> take_answered(std::uint64_t id);
  /// Takes a message that was not begun out of the queue. None: not here, or begun.
  std::optional<OutgoingMessage> take_waiting(std::uint64_t id);
  /// A message that was begun and not answered, or null.
  OutgoingMessage* find_begun(std::uint64_t id);
  /// All that were begun and not answered, and all that were not begun; both in the order of their streams.
  std::vector<OutgoingMessage> take_all_begun();
  std::vector<OutgoingMessage> take_all_waiting();

  std::size_t unacknowledged() const noexcept { return unacknowledged_; }
  bool empty() const noexcept;
  /// When the end of the longest unanswered message was written.
  std::optional<TimePoint> waiting_since() const;

 private:
  struct Begun {
    OutgoingMessage message;
    std::optional<TimePoint> written_at;
  };
  struct Stream {
    std::string protocol;
    std::deque<OutgoingMessage> waiting;
    std::deque<Begun> begun;  // the last one may be half written
    std::size_t offset = 0;   // of that one
    std::size_t window_bytes = 0;
    bool partial() const noexcept { return !begun.empty() && !begun.back().written_at; }
  };
  bool may_begin(const Stream&) const;
  bool can_write(const Stream& stream) const { return stream.partial() || may_begin(stream); }
  /// Appends one frame of this stream. True: it was a message's last.
  bool write_one(Stream&, ByteVector& out, std::size_t room_bytes, TimePoint now);
  Stream* next_stream();

  std::deque<Stream> streams_;  // protocols_maximum, or fewer
  std::size_t turn_ = 0;
  std::size_t unacknowledged_ = 0;
  bool held_ = false;
};

}  // namespace p2pns::link
