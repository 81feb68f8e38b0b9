// StreamFramer: cuts what comes over a TCP connection into messages (RFC 3261, 18.3). Content-Length is mandatory
// there. It copies each byte once, holds at most one message and what one read brought, and knows no socket.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "frontends/sip/sip_limits.hpp"

namespace p2pns::sip {

class StreamFramer {
 public:
  enum class Event : std::uint8_t {
    nothing,  ///< more bytes are needed
    message,  ///< text() is one message
    ping,     ///< CRLF CRLF: answer CRLF (RFC 5626, 3.5.1)
  };

  void add(std::string_view bytes);
  /// Call until it says `nothing`. Errors, after which the connection can only be closed: too_large, malformed (no or a
  /// bad Content-Length, so nobody knows where the next message starts; text() then holds the header to answer 400 to).
  Result<Event> next();
  /// The message of the last next(); valid until the next call.
  std::string_view text() const noexcept { return text_; }
  /// Bytes waiting for the rest of their message.
  std::size_t waiting_bytes() const noexcept { return buffer_.size() - begin_; }

 private:
  Result<Event> next_message();

  std::string buffer_;
  std::size_t begin_ = 0;    ///< what is before it was handed out
  std::size_t scanned_ = 0;  ///< from begin_: no end of the header here
  std::size_t needed_ = 0;   ///< size of the message at begin_, once its header is there
  std::string_view text_;
};

}  // namespace p2pns::sip
