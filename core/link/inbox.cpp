#include "core/link/inbox.hpp"

#include <algorithm>

namespace p2pns::link {

void Inbox::drop_all() {
  for (Stream& stream : streams_)
    for (Received& each : stream.unanswered) release(each);
  streams_.clear();
  unanswered_ = 0;
}

void Inbox::release(Received& received) { held_by_all_ -= std::exchange(received.held_bytes, 0); }

Result<Inbox::Stream*> Inbox::stream_of(std::string_view protocol) {
  const auto found = std::ranges::find(streams_, protocol, &Stream::protocol);
  if (found != streams_.end()) return &*found;
  if (streams_.size() == protocols_maximum) return Errc::overloaded;
  streams_.push_back({std::string{protocol}, 0, {}, 0, std::nullopt, 0, {}});
  return &streams_.back();
}

Result<std::optional<IncomingMessage>> Inbox::on_start(const MessageStart& start, bool wanted, TimePoint now) {
  const auto found = stream_of(start.protocol);
  if (!found) return found.error();
  Stream& stream = **found;
  if (stream.partial || start.id <= stream.last_id) return Errc::malformed;
  if (stream.unanswered.size() == window_maximum_messages ||
      stream.window_bytes + start.size_bytes > window_maximum_bytes)
    return Errc::overloaded;
  stream.last_id = start.id;
  stream.unanswered.push_back({start.id, start.size_bytes, 0});
  stream.window_bytes += start.size_bytes;
  ++unanswered_;
  stream.partial = IncomingMessage{start.id, stream.protocol, {}, wanted ? Errc::ok : Errc::unsupported};
  stream.missing_bytes = start.size_bytes;
  stream.began_at = now;
  return append(stream, start.part);
}

Result<std::optional<IncomingMessage>> Inbox::on_part(const MessagePart& part) {
  const auto found = std::ranges::find_if(
      streams_, [&](const Stream& stream) { return stream.partial && stream.partial->id == part.id; });
  if (found == streams_.end() || part.part.size() > found->missing_bytes) return Errc::malformed;
  return append(*found, part.part);
}

std::optional<IncomingMessage> Inbox::append(Stream& stream, Bytes part) {
  IncomingMessage& message = *stream.partial;
  Received& received = stream.unanswered.back();
  if (message.refusal == Errc::ok && held_by_all_ + part.size() > received_maximum_bytes) {
    message.refusal = Errc::overloaded;
    message.bytes = {};
    release(received);
  }
  stream.missing_bytes -= part.size();
  if (message.refusal == Errc::ok) {
    message.bytes.insert(message.bytes.end(), part.begin(), part.end());
    received.held_bytes += part.size();
    held_by_all_ += part.size();
  }
  if (stream.missing_bytes > 0) return std::nullopt;
  return std::exchange(stream.partial, std::nullopt);
}

bool Inbox::answer(std::uint64_t id) {
  for (Stream& stream : streams_) {
    const auto found = std::ranges::find(stream.unanswered, id, &Received::id);
    if (found == stream.unanswered.end()) continue;
    release(*found);
    stream.window_bytes -= found->size_bytes;
    stream.unanswered.erase(found);
    --unanswered_;
    return true;
  }
  return false;
}

std::optional<TimePoint> Inbox::partial_since() const {
  std::optional<TimePoint> since;
  for (const Stream& stream : streams_)
    if (stream.partial && (!since || stream.began_at < *since)) since = stream.began_at;
  return since;
}

}  // namespace p2pns::link
