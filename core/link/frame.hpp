// Frames: what two nodes say to each other over a link, bytes <-> values. Pure; docs/protocol.md, "Links", is the
// table. A frame is u8 type, u16 length of the body, body. Which frame may come when is link.hpp's business.
#pragma once

#include <optional>
#include <variant>

#include "core/crypto/puzzle.hpp"
#include "core/link/link_limits.hpp"

namespace p2pns::link {

enum class FrameType : std::uint8_t { hello = 1, message = 2, part = 3, done = 4, ping = 5, pong = 6, bye = 7 };

/// u8 type, u16 length.
inline constexpr std::size_t frame_head_bytes = 3;
/// Of a message's first frame without protocol and content: head, id, size, length of the protocol's name.
inline constexpr std::size_t message_head_bytes = frame_head_bytes + 8 + 4 + 1;
/// Of the frames that go on with it: head, id.
inline constexpr std::size_t part_head_bytes = frame_head_bytes + 8;

/// One run of a node's program, drawn at its start: messages of one run have an order.
using RunId = FixedBytes<8, struct RunIdTag>;

/// The first frame in each direction.
struct Hello {
  crypto::PuzzleSolution puzzle;  ///< the sender's dynamic puzzle; the static one is in its key
  RunId run;
};
/// Begins a message. What is missing to `size_bytes` follows in MessagePart frames.
struct MessageStart {
  std::uint64_t id = 0;          ///< rises with every message of this run to this peer
  std::uint32_t size_bytes = 0;  ///< of the whole message, at most message_maximum_bytes
  std::string_view protocol;
  Bytes part;
};
struct MessagePart {
  std::uint64_t id = 0;
  Bytes part;  ///< never empty
};
/// The receiver has taken the message, or never will.
struct Done {
  std::uint64_t id = 0;
  Errc outcome = Errc::ok;  ///< one of those that have a number on the wire (status_of)
};
struct Ping {
  std::uint64_t value = 0;
};
struct Pong {
  std::uint64_t value = 0;
};
/// Begins no message any more.
struct Bye {};

/// Views point into the bytes it was read from.
using Frame = std::variant<Hello, MessageStart, MessagePart, Done, Ping, Pong, Bye>;

/// 1 to protocol_maximum_bytes lower-case letters, digits and hyphens.
bool is_protocol_name(std::string_view) noexcept;

/// The number of an outcome in DONE. What has none travels as refused.
std::uint8_t status_of(boost::system::error_code) noexcept;
/// Unknown numbers are refusals.
Errc outcome_of(std::uint8_t status) noexcept;

/// Errors: unknown_type, malformed (a value the format forbids), truncated, trailing_bytes, too_large.
Result<Frame> decode_frame(std::uint8_t type, Bytes body);
/// Appends the frame. It fits into frame_maximum_bytes (asserted).
void append_frame(ByteVector& out, const Frame&);

/// Cuts what arrives into frames.
class FrameReader {
 public:
  /// Keeps a copy of what does not make a frame yet: at most one frame, when next() is asked until it has none.
  void feed(Bytes);
  /// None: more bytes are needed. Valid until feed() or next() is called. Errors: as decode_frame, and too_large for a
  /// length above frame_maximum_bytes; nothing can be read afterwards.
  Result<std::optional<Frame>> next();
  std::size_t held_bytes() const noexcept { return bytes_.size() - used_; }

 private:
  ByteVector bytes_;
  std::size_t used_ = 0;
};

}  // namespace p2pns::link
