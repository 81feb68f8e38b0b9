// Inbox: what one link receives. Puts the frames of each protocol's messages together, and holds the peer to the rules:
// one half message for each protocol, no more unanswered ones than the window.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/link/frame.hpp"

namespace p2pns::link {

/// A message whose end has arrived.
struct IncomingMessage {
  std::uint64_t id = 0;
  std::string protocol;
  ByteVector bytes;         ///< none when it is refused
  Errc refusal = Errc::ok;  ///< what to answer at once, instead of giving it to a receiver
};

class Inbox {
 public:
  /// `held_by_all` counts the bytes that all inboxes hold, and lives until drop_all().
  explicit Inbox(std::size_t& held_by_all) : held_by_all_(held_by_all) {}
  ~Inbox() { drop_all(); }
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// `wanted`: somebody here takes this protocol. None: more is to come. Errors, which end the link: malformed (ids do
  /// not rise, or one message is begun inside another), overloaded (beyond the window, or too many protocols).
  Result<std::optional<IncomingMessage>> on_start(const MessageStart&, bool wanted, TimePoint now);
  /// Errors, which end the link: malformed (of no message, or too long).
  Result<std::optional<IncomingMessage>> on_part(const MessagePart&);
  /// The message is answered: its place in the window is free. False: it is not here.
  bool answer(std::uint64_t id);

  /// Nothing is answered any more; the bytes count no longer. From then on `held_by_all` may be gone: a link that has
  /// ended can live longer than whoever counts.
  void drop_all();

  std::size_t unanswered() const noexcept { return unanswered_; }
  /// When the oldest half message began.
  std::optional<TimePoint> partial_since() const;

 private:
  struct Received {
    std::uint64_t id = 0;
    std::size_t size_bytes = 0;
    std::size_t held_bytes = 0;
  };
  struct Stream {
    std::string protocol;
    std::uint64_t last_id = 0;
    std::vector<Received> unanswered;  // the last one may be half here
    std::size_t window_bytes = 0;
    std::optional<IncomingMessage> partial;
    std::size_t missing_bytes = 0;
    TimePoint began_at{};
  };
  Result<Stream*> stream_of(std::string_view protocol);
  std::optional<IncomingMessage> append(Stream&, Bytes part);
  void release(Received&);

  std::size_t& held_by_all_;
  std::vector<Stream> streams_;  // protocols_maximum, or fewer
  std::size_t unanswered_ = 0;
};

}  // namespace p2pns::link
