#include "frontends/sip/stream_framer.hpp"

#include <algorithm>

#include "frontends/sip/fields.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/message.hpp"

namespace p2pns::sip {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view header_end = "\r\n\r\n";

}  // namespace

void StreamFramer::add(std::string_view bytes) {
  // What was handed out goes first, so that the buffer never grows beyond one message and one read.
  buffer_.erase(0, begin_);
  begin_ = 0;
  text_ = {};
  buffer_.append(bytes);
}

Result<StreamFramer::Event> StreamFramer::next() {
  text_ = {};
  while (std::string_view{buffer_}.substr(begin_).starts_with(line_end)) {
    if (std::string_view{buffer_}.substr(begin_).starts_with(header_end)) {
      begin_ += header_end.size();
      return Event::ping;
    }
    if (header_end.starts_with(std::string_view{buffer_}.substr(begin_)))
      return Event::nothing;  // half a ping, perhaps
    begin_ += line_end.size();
  }
  return next_message();
}

Result<StreamFramer::Event> StreamFramer::next_message() {
  const std::string_view rest = std::string_view{buffer_}.substr(begin_);
  if (rest.size() < needed_) return Event::nothing;
  const std::size_t end = rest.find(header_end, scanned_);
  if (end == std::string_view::npos) {
    scanned_ = rest.size() < header_end.size() ? 0 : rest.size() - (header_end.size() - 1);
    if (rest.size() > message_maximum_bytes) return Errc::too_large;
    return Event::nothing;
  }
  const std::string_view header = rest.substr(0, end + header_end.size());
  text_ = header;
  const auto message = SipMessage::parse(header);
  if (!message) return message.error();
  const auto value = message->find(HeaderName::content_length);
  if (!value || message->count(HeaderName::content_length) > 1) return Errc::malformed;
  const auto length = parse_number(unfolded(*value));
  if (!length) return Errc::malformed;
  if (*length > message_maximum_bytes || header.size() + *length > message_maximum_bytes) return Errc::too_large;
  needed_ = header.size() + *length;
  text_ = {};
  if (rest.size() < needed_) return Event::nothing;
  text_ = rest.substr(0, needed_);
  begin_ += needed_;
  needed_ = 0;
  scanned_ = 0;
  return Event::message;
}

}  // namespace p2pns::sip
