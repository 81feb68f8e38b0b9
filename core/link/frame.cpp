#include "core/link/frame.hpp"

#include <algorithm>
#include <array>

#include "core/base/assert.hpp"
#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"

namespace p2pns::link {

namespace {

/// The number on the wire is the place in this list; it only grows.
constexpr std::array outcomes{Errc::ok,         Errc::refused,   Errc::not_owner,   Errc::no_such_name,
                              Errc::overloaded, Errc::malformed, Errc::unsupported, Errc::timed_out};
constexpr std::uint8_t refused_status = 1;

MessageStart read_message(wire::Reader& reader) {
  MessageStart message;
  message.id = reader.u64();
  message.size_bytes = reader.u32();
  message.protocol = as_text(reader.short_bytes());
  message.part = reader.remaining();
  if (reader.failed()) return message;
  if (message.size_bytes > message_maximum_bytes) reader.fail(Errc::too_large);
  if (message.id == 0 || !is_protocol_name(message.protocol)) reader.fail();
  // A message is in its first frame, or as much of it as fits: nobody is busied with crumbs.
  if (message.part.size() > message.size_bytes || (message.part.empty() && message.size_bytes > 0)) reader.fail();
  return message;
}

MessagePart read_part(wire::Reader& reader) {
  MessagePart part;
  part.id = reader.u64();
  part.part = reader.remaining();
  if (part.part.empty()) reader.fail();
  return part;
}

Frame read_body(FrameType type, wire::Reader& reader) {
  switch (type) {
    case FrameType::hello: {
      Hello hello;
      hello.puzzle = reader.fixed<crypto::PuzzleSolution>();
      hello.run = reader.fixed<RunId>();
      return hello;
    }
    case FrameType::message:
      return read_message(reader);
    case FrameType::part:
      return read_part(reader);
    case FrameType::done: {
      Done done;
      done.id = reader.u64();
      done.outcome = outcome_of(reader.u8());
      return done;
    }
    case FrameType::ping:
      return Ping{reader.u64()};
    case FrameType::pong:
      return Pong{reader.u64()};
    case FrameType::bye:
      return Bye{};
  }
  reader.fail(Errc::unknown_type);
  return Bye{};
}

struct BodyWriter {
  wire::Writer& out;
  FrameType operator()(const Hello& hello) const {
    out.fixed(hello.puzzle).fixed(hello.run);
    return FrameType::hello;
  }
  FrameType operator()(const MessageStart& message) const {
    out.u64(message.id).u32(message.size_bytes).short_bytes(as_bytes(message.protocol)).bytes(message.part);
    return FrameType::message;
  }
  FrameType operator()(const MessagePart& part) const {
    out.u64(part.id).bytes(part.part);
    return FrameType::part;
  }
  FrameType operator()(const Done& done) const {
    out.u64(done.id).u8(status_of(make_error_code(done.outcome)));
    return FrameType::done;
  }
  FrameType operator()(const Ping& ping) const {
    out.u64(ping.value);
    return FrameType::ping;
  }
  FrameType operator()(const Pong& pong) const {
    out.u64(pong.value);
    return FrameType::pong;
  }
  FrameType operator()(const Bye&) const { return FrameType::bye; }
};

}  // namespace

bool is_protocol_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= protocol_maximum_bytes &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::uint8_t status_of(boost::system::error_code error) noexcept {
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (error == make_error_code(outcomes[i])) return static_cast<std::uint8_t>(i);
  return error ? refused_status : 0;
}

Errc outcome_of(std::uint8_t status) noexcept { return status < outcomes.size() ? outcomes[status] : Errc::refused; }

Result<Frame> decode_frame(std::uint8_t type, Bytes body) {
  wire::Reader reader(body);
  Frame frame = read_body(static_cast<FrameType>(type), reader);
  if (const Errc error = reader.finish(); error != Errc::ok) return error;
  return frame;
}

void append_frame(ByteVector& out, const Frame& frame) {
  wire::Writer body;
  const FrameType type = std::visit(BodyWriter{body}, frame);
  P2PNS_ASSERT(frame_head_bytes + body.size() <= frame_maximum_bytes);
  wire::Writer head;
  head.u8(static_cast<std::uint8_t>(type)).u16(static_cast<std::uint16_t>(body.size()));
  out.insert(out.end(), head.view().begin(), head.view().end());
  out.insert(out.end(), body.view().begin(), body.view().end());
}

void FrameReader::feed(Bytes bytes) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ = 0;
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<Frame>> FrameReader::next() {
  const Bytes rest = Bytes{bytes_}.subspan(used_);
  if (rest.size() < frame_head_bytes) return std::optional<Frame>{};
  wire::Reader head(rest);
  const std::uint8_t type = head.u8();
  const std::size_t body_bytes = head.u16();
  if (frame_head_bytes + body_bytes > frame_maximum_bytes) return Errc::too_large;
  if (head.left() < body_bytes) return std::optional<Frame>{};
  auto frame = decode_frame(type, head.bytes(body_bytes));
  if (!frame) return frame.error();
  used_ += frame_head_bytes + body_bytes;
  return std::optional{*frame};
}

}  // namespace p2pns::link
