#include "frontends/sip/message_build.hpp"

#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

TEST(Response, CopiesWhatTheRfcNames) {
  const SipMessage response = make_response(read(invite_text), 404, "t1");
  EXPECT_EQ(response.to_text(),
            "SIP/2.0 404 Not Found\r\n"
            "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa,\r\n SIP/2.0/TCP 192.0.2.2;branch=z9hG4bKb\r\n"
            "From: \"Alice, of p2p\" <sip:alice@p2p>;tag=1\r\n"
            "To: <sip:bob@p2p>;tag=t1\r\n"
            "Call-ID: a84b4c76e66710@pc33\r\n"
            "CSeq: 314159 INVITE\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(Response, TagsToOnceAndNeverIn100) {
  SipMessage request = read(invite_text);
  EXPECT_EQ(make_response(request, 100, "t").find(HeaderName::to), "<sip:bob@p2p>");
  request.replace(HeaderName::to, "<sip:bob@p2p>;tag=old");
  EXPECT_EQ(make_response(request, 200, "t").find(HeaderName::to), "<sip:bob@p2p>;tag=old");
}

TEST(Response, WorksForHalfARequest) {
  const SipMessage response = make_response(read("OPTIONS sip:a@b SIP/7.0\r\nTo: \"broken\r\n\r\n"), 505, "t");
  EXPECT_EQ(response.to_text(), "SIP/2.0 505 Version Not Supported\r\nTo: \"broken\r\nContent-Length: 0\r\n\r\n");
}

TEST(Response, HasAPhraseForEveryCode) {
  EXPECT_EQ(reason_phrase(480), "Temporarily Unavailable");
  EXPECT_EQ(reason_phrase(499), "Bad Request");
  EXPECT_EQ(reason_phrase(699), "Busy Everywhere");
  EXPECT_EQ(reason_phrase(700), "");
  EXPECT_EQ(make_response(read(invite_text), 403, "t", "Name Taken").reason(), "Name Taken");
}

SipMessage sent_invite() {
  SipMessage sent = read(invite_text);
  sent.append(HeaderName::route, "<sip:next;lr>, <sip:last;lr>");
  return sent;
}

TEST(Cancel, IsForTheTopHopOnly) {
  EXPECT_EQ(make_cancel(sent_invite()).to_text(),
            "CANCEL sip:bob@p2p SIP/2.0\r\n"
            "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa\r\n"
            "Route: <sip:next;lr>, <sip:last;lr>\r\n"
            "Max-Forwards: 70\r\n"
            "From: \"Alice, of p2p\" <sip:alice@p2p>;tag=1\r\n"
            "To: <sip:bob@p2p>\r\n"
            "Call-ID: a84b4c76e66710@pc33\r\n"
            "CSeq: 314159 CANCEL\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(Ack, TakesToFromTheResponse) {
  const SipMessage ack = make_ack(sent_invite(), make_response(sent_invite(), 486, "busy"));
  EXPECT_EQ(ack.method(), "ACK");
  EXPECT_EQ(ack.find(HeaderName::to), "<sip:bob@p2p>;tag=busy");
  EXPECT_EQ(ack.find(HeaderName::cseq), "314159 ACK");
  EXPECT_EQ(ack.find(HeaderName::via), "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa");
}

TEST(MaxForwards, FallsByOneAndNeverBelowNought) {
  const auto after = [](std::string_view before) {
    SipMessage message = read(invite_text);
    message.replace(HeaderName::max_forwards, before);
    return decrement_max_forwards(message) ? std::string{*message.find(HeaderName::max_forwards)} : "refused";
  };
  EXPECT_EQ(after("70"), "69");
  EXPECT_EQ(after("1"), "0");
  EXPECT_EQ(after("0"), "refused");
  EXPECT_EQ(after("x"), "refused");
  EXPECT_EQ(after("71"), "70");
  EXPECT_EQ(after("255"), "70");
  SipMessage none = SipMessage::request("OPTIONS", "sip:a@b");
  EXPECT_TRUE(decrement_max_forwards(none));
  EXPECT_EQ(none.find(HeaderName::max_forwards), "70");
}

TEST(Identity, OfAPhoneIsTakenAway) {
  SipMessage message = read(invite_text);
  message.append(HeaderName::p_asserted_identity, "<sip:root@p2p>");
  message.append(HeaderName::p_preferred_identity, "<sip:root@p2p>");
  message.append("y", "signature");
  message.append("Identity-Info", "<https://example>");
  message.append("rEmOtE-pArTy-iD", "<sip:root@p2p>");
  EXPECT_EQ(strip_identity(message), 5U);
  EXPECT_EQ(message.to_text(), invite_text);
}

}  // namespace
}  // namespace p2pns::sip
