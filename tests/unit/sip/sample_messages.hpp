// Messages for tests of the SIP front end.
#pragma once

#include <gmock/gmock.h>

#include "core/base/assert.hpp"
#include "frontends/sip/message.hpp"

namespace p2pns::sip {

/// Lines joined with CRLF, and an empty one behind them.
inline std::string message_text(std::initializer_list<std::string_view> lines, std::string_view body = {}) {
  std::string text;
  for (const std::string_view line : lines) text.append(line).append("\r\n");
  return text.append("\r\n").append(body);
}

inline SipMessage read(const std::string& text) {
  auto message = SipMessage::parse(text);
  P2PNS_ASSERT(message.has_value());
  return std::move(*message);
}

inline const std::string invite_text = message_text(
    {"INVITE sip:bob@p2p SIP/2.0", "v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa,",
     " SIP/2.0/TCP 192.0.2.2;branch=z9hG4bKb", "Max-Forwards: 70", "X-Own:  keeps   its  spaces ",
     "From: \"Alice, of p2p\" <sip:alice@p2p>;tag=1", "To: <sip:bob@p2p>", "Call-ID: a84b4c76e66710@pc33",
     "CSeq: 314159 INVITE", "Contact: <sip:alice@192.0.2.1>", "Content-Type: application/sdp", "Content-Length: 4"},
    "v=0\n");

/// A REGISTER with these further lines.
inline std::string register_text(std::string_view user, std::initializer_list<std::string_view> further,
                                 unsigned cseq = 1) {
  const std::string address = "<sip:" + std::string{user} + ">";
  std::string text = "REGISTER sip:p2p SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKr\r\nFrom: " + address +
                     ";tag=2\r\nTo: " + address + "\r\nCall-ID: phone\r\nCSeq: " + std::to_string(cseq) +
                     " REGISTER\r\n";
  for (const std::string_view line : further) text.append(line).append("\r\n");
  return text.append("Content-Length: 0\r\n\r\n");
}

}  // namespace p2pns::sip
