#include "core/link/outbox.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::link {

namespace {
/// A frame with less content than this is not worth its head; it waits for the next write.
constexpr std::size_t content_minimum_bytes = 512;
/// Whatever is sent first, it fits with this much room.
constexpr std::size_t room_minimum_bytes = message_head_bytes + protocol_maximum_bytes + content_minimum_bytes;
}  // namespace

void Outbox::add(OutgoingMessage message) {
  auto stream = std::ranges::find(streams_, message.protocol, &Stream::protocol);
  if (stream == streams_.end()) {
    P2PNS_ASSERT(streams_.size() < protocols_maximum);
    streams_.push_back({message.protocol, {}, {}});
    stream = std::prev(streams_.end());
  }
  stream->waiting.push_back(std::move(message));
}

bool Outbox::may_begin(const Stream& stream) const {
  return !held_ && !stream.waiting.empty() && stream.begun.size() < window_maximum_messages &&
         stream.window_bytes + stream.waiting.front().size_bytes <= window_maximum_bytes;
}

bool Outbox::can_write() const {
  return std::ranges::any_of(streams_, [this](const Stream& stream) { return can_write(stream); });
}

Outbox::Stream* Outbox::next_stream() {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    Stream& stream = streams_[(turn_ + i) % streams_.size()];
    if (!can_write(stream)) continue;
    turn_ = (turn_ + i + 1) % streams_.size();
    return &stream;
  }
  return nullptr;
}

std::size_t Outbox::write(ByteVector& out, std::size_t room_bytes, TimePoint now) {
  const std::size_t end = out.size() + room_bytes;
  std::size_t finished = 0;
  while (end - out.size() >= room_minimum_bytes) {
    Stream* const stream = next_stream();
    if (!stream) break;
    finished += write_one(*stream, out, end - out.size(), now) ? 1 : 0;
  }
  return finished;
}

bool Outbox::write_one(Stream& stream, ByteVector& out, std::size_t room_bytes, TimePoint now) {
  room_bytes = std::min(room_bytes, frame_maximum_bytes);
  const bool begins = !stream.partial();
  if (begins) {
    stream.begun.push_back({std::move(stream.waiting.front()), std::nullopt});
    stream.waiting.pop_front();
    stream.offset = 0;
    stream.window_bytes += stream.begun.back().message.size_bytes;
    ++unacknowledged_;
  }
  Begun& last = stream.begun.back();
  const std::size_t head = begins ? message_head_bytes + stream.protocol.size() : part_head_bytes;
  const Bytes rest = Bytes{last.message.bytes}.subspan(stream.offset);
  const Bytes part = rest.first(std::min(rest.size(), room_bytes - head));
  if (begins) {
    append_frame(
        out, MessageStart{last.message.id, static_cast<std::uint32_t>(last.message.size_bytes), stream.protocol, part});
  } else {
    append_frame(out, MessagePart{last.message.id, part});
  }
  stream.offset += part.size();
  if (stream.offset < last.message.size_bytes) return false;
  last.written_at = now;
  last.message.bytes = {};
  return true;
}

Result<OutgoingMessage> Outbox::take_answered(std::uint64_t id) {
  for (Stream& stream : streams_) {
    const auto found = std::ranges::find(stream.begun, id, [](const Begun& each) { return each.message.id; });
    if (found == stream.begun.end()) continue;
    if (!found->written_at) return Errc::malformed;
    OutgoingMessage message = std::move(found->message);
    stream.begun.erase(found);
    stream.window_bytes -= message.size_bytes;
    --unacknowledged_;
    return message;
  }
  return Errc::malformed;
}

std::optional<OutgoingMessage> Outbox::take_waiting(std::uint64_t id) {
  for (Stream& stream : streams_) {
    const auto found = std::ranges::find(stream.waiting, id, &OutgoingMessage::id);
    if (found == stream.waiting.end()) continue;
    OutgoingMessage message = std::move(*found);
    stream.waiting.erase(found);
    return message;
  }
  return std::nullopt;
}

OutgoingMessage* Outbox::find_begun(std::uint64_t id) {
  for (Stream& stream : streams_)
    for (Begun& each : stream.begun)
      if (each.message.id == id) return &each.message;
  return nullptr;
}

std::vector<OutgoingMessage> Outbox::take_all_begun() {
  std::vector<OutgoingMessage> all;
  for (Stream& stream : streams_) {
    for (Begun& each : stream.begun) all.push_back(std::move(each.message));
    stream.begun.clear();
    stream.window_bytes = 0;
  }
  unacknowledged_ = 0;
  return all;
}

std::vector<OutgoingMessage> Outbox::take_all_waiting() {
  std::vector<OutgoingMessage> all;
  for (Stream& stream : streams_) {
    std::ranges::move(stream.waiting, std::back_inserter(all));
    stream.waiting.clear();
  }
  return all;
}

bool Outbox::empty() const noexcept {
  return unacknowledged_ == 0 && std::ranges::all_of(streams_, [](const Stream& each) { return each.waiting.empty(); });
}

std::optional<TimePoint> Outbox::waiting_since() const {
  std::optional<TimePoint> since;
  for (const Stream& stream : streams_)
    if (!stream.begun.empty() && stream.begun.front().written_at)
      if (!since || *stream.begun.front().written_at < *since) since = stream.begun.front().written_at;
  return since;
}

}  // namespace p2pns::link
