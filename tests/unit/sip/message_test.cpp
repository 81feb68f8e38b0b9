#include "frontends/sip/message.hpp"

#include "frontends/sip/list_split.hpp"
#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SipMessage, IsAnIndexOverItsText) {
  const SipMessage message = read(invite_text);
  EXPECT_TRUE(message.is_request());
  EXPECT_EQ(message.method(), "INVITE");
  EXPECT_EQ(message.request_uri(), "sip:bob@p2p");
  EXPECT_EQ(message.version(), "SIP/2.0");
  EXPECT_EQ(message.header_count(), 10U);
  EXPECT_EQ(message.find(HeaderName::call_id), "a84b4c76e66710@pc33");
  EXPECT_EQ(message.find("x-own"), "keeps   its  spaces");
  EXPECT_EQ(message.body(), "v=0\n");
  EXPECT_EQ(message.defect(), "");
}

TEST(SipMessage, GoesOutByteForByteAsItCame) {
  EXPECT_EQ(read(invite_text).to_text(), invite_text);
  const SipMessage moved = read(invite_text);
  const SipMessage copy = moved;
  EXPECT_EQ(copy.to_text(), invite_text);
  EXPECT_EQ(copy.size_bytes(), invite_text.size());
}

TEST(SipMessage, ReadsResponses) {
  const SipMessage message = read("SIP/2.0 404 Not Here\r\nCSeq: 1 INVITE\r\n\r\n");
  EXPECT_FALSE(message.is_request());
  EXPECT_EQ(message.status(), 404);
  EXPECT_EQ(message.reason(), "Not Here");
  EXPECT_EQ(read("SIP/2.0 100 \r\n\r\n").reason(), "");
  for (const char* odd :
       {"SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 4041 x", "SIP/2.0 4294967301 x", "SIP/2.0", "SIP/2.0 -12 x"})
    EXPECT_FALSE(SipMessage::parse(std::string{odd} + "\r\n\r\n")) << odd;
}

TEST(SipMessage, RefusesWhatIsNoSip) {
  for (const char* odd :
       {"", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "INVITE sip:a@b SIP/2.0", "INVITE SIP/2.0\r\n\r\n", "x\r\n\r\n"})
    EXPECT_FALSE(SipMessage::parse(odd)) << odd;
}

TEST(SipMessage, NotesWhatIsWrongWithItsFraming) {
  const auto defect = [](const std::string& text) { return std::string{read(text).defect()}; };
  const std::string start = "OPTIONS sip:a@b SIP/2.0\r\n";
  EXPECT_EQ(defect("OPTIONS sip:a@b  SIP/2.0\r\n\r\n"), "Bad Request-Line");
  EXPECT_EQ(defect("OPTIONS sip:a@b SIP/2.0 \r\n\r\n"), "Bad Request-Line");
  EXPECT_EQ(defect("OPT{ONS sip:a@b SIP/2.0\r\n\r\n"), "Bad Request-Line");
  EXPECT_EQ(defect(start + "no colon\r\n\r\n"), "Bad Header Line");
  EXPECT_EQ(defect(start + " : folded into the start line\r\n\r\n"), "Bad Header Line");
  EXPECT_EQ(defect(start + "a b: 1\r\n\r\n"), "Bad Header Line");
  EXPECT_EQ(defect(start + "a: 1\r\n"), "Header Without End");
  EXPECT_EQ(defect(start + "a: 1\nVia: hidden\r\n\r\n"), "Bad Line End");
  EXPECT_EQ(defect(start + "a: 1\rVia: hidden\r\n\r\n"), "Bad Line End");
  for (const char* length : {"-1", "", "x", "1 1", "4294967296", "1"})
    EXPECT_EQ(defect(start + "l: " + length + "\r\n\r\n"), "Bad Content-Length") << length;
  EXPECT_EQ(defect(start + "l: 0\r\nContent-Length: 0\r\n\r\n"), "Bad Content-Length");
}

TEST(SipMessage, IgnoresWhatFollowsItsBody) {
  const SipMessage message = read("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 2\r\n\r\nabcdef");
  EXPECT_EQ(message.body(), "ab");
  EXPECT_THAT(message.to_text(), testing::EndsWith("\r\n\r\nab"));
}

TEST(SipMessage, HasLimits) {
  const auto with_body = [](std::size_t size) {
    std::string text = "OPTIONS sip:a@b SIP/2.0\r\n\r\n";
    return SipMessage::parse(text + std::string(size - text.size(), 'x'));
  };
  EXPECT_TRUE(with_body(message_maximum_bytes));
  EXPECT_EQ(with_body(message_maximum_bytes + 1).error(), Errc::too_large);
  const auto with_header = [](std::size_t size) {  // with its name and line end
    return SipMessage::parse("OPTIONS sip:a@b SIP/2.0\r\na:" + std::string(size - 4, 'x') + "\r\n\r\n");
  };
  EXPECT_TRUE(with_header(header_maximum_bytes));
  EXPECT_EQ(with_header(header_maximum_bytes + 1).error(), Errc::too_large);
  const auto with_headers = [](std::size_t count) {
    std::string text = "OPTIONS sip:a@b SIP/2.0\r\n";
    for (std::size_t i = 0; i < count; ++i) text += "a: b\r\n";
    return SipMessage::parse(text + "\r\n");
  };
  EXPECT_TRUE(with_headers(headers_maximum));
  EXPECT_EQ(with_headers(headers_maximum + 1).error(), Errc::too_large);
  const std::string long_uri(header_maximum_bytes, 'x');
  EXPECT_EQ(SipMessage::parse("OPTIONS sip:" + long_uri + " SIP/2.0\r\n\r\n").error(), Errc::too_large);
}

TEST(SipMessage, TakesListsApart) {
  const SipMessage message = read(invite_text);
  EXPECT_THAT(*message.values(HeaderName::via),
              ElementsAre("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa", "SIP/2.0/TCP 192.0.2.2;branch=z9hG4bKb"));
  EXPECT_EQ(*message.first_value(HeaderName::via), "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa");
  EXPECT_EQ(message.first_value(HeaderName::route).error(), Errc::no_such_name);
}

TEST(SipMessage, TakesTheTopViaAway) {
  SipMessage message = read(invite_text);
  EXPECT_TRUE(message.remove_first_value(HeaderName::via));
  EXPECT_THAT(message.to_text(), HasSubstr("SIP/2.0\r\nv: SIP/2.0/TCP 192.0.2.2;branch=z9hG4bKb\r\nMax-Forwards"));
  EXPECT_TRUE(message.remove_first_value(HeaderName::via));
  EXPECT_EQ(message.count(HeaderName::via), 0U);
  EXPECT_FALSE(message.remove_first_value(HeaderName::via));
}

TEST(SipMessage, PutsAViaOnTop) {
  SipMessage message = read(invite_text);
  message.prepend(HeaderName::via, "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKc");
  EXPECT_EQ(message.values(HeaderName::via)->size(), 3U);
  std::string expected = invite_text;
  expected.insert(expected.find("v: "), "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKc\r\n");
  EXPECT_EQ(message.to_text(), expected);
  message.replace_first_value(HeaderName::via, "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKd");
  message.remove_first_value(HeaderName::via);
  EXPECT_EQ(message.to_text(), invite_text);
}

TEST(SipMessage, ChangesOneValueOfAListOnly) {
  SipMessage message = read("OPTIONS sip:a@b SIP/2.0\r\nRoute: <sip:a;lr> , <sip:b,c;lr>,\r\n <sip:d>\r\n\r\n");
  message.replace_first_value(HeaderName::route, "<sip:x>");
  EXPECT_THAT(*message.values(HeaderName::route), ElementsAre("<sip:x>", "<sip:b,c;lr>", "<sip:d>"));
  EXPECT_TRUE(message.remove_last_value(HeaderName::route));
  EXPECT_THAT(*message.values(HeaderName::route), ElementsAre("<sip:x>", "<sip:b,c;lr>"));
  EXPECT_TRUE(message.remove_first_value(HeaderName::route));
  EXPECT_TRUE(message.remove_last_value(HeaderName::route));
  EXPECT_FALSE(message.remove_last_value(HeaderName::route));
}

TEST(SipMessage, EditsItsOwnViews) {
  SipMessage message = read(invite_text);
  for (int i = 0; i < 50; ++i) message.append("X-Copy", *message.find(HeaderName::from));
  EXPECT_EQ(message.header(59).value, "\"Alice, of p2p\" <sip:alice@p2p>;tag=1");
  message.set_request_uri(message.request_uri().substr(0, 7));
  EXPECT_THAT(message.to_text(), testing::StartsWith("INVITE sip:bob SIP/2.0\r\nv: "));
}

TEST(SipMessage, KeepsContentLengthTrue) {
  SipMessage message = SipMessage::request("MESSAGE", "sip:bob@p2p");
  EXPECT_EQ(message.to_text(), "MESSAGE sip:bob@p2p SIP/2.0\r\n\r\n");
  EXPECT_EQ(message.to_text(true), "MESSAGE sip:bob@p2p SIP/2.0\r\nContent-Length: 0\r\n\r\n");
  message.set_body("text/plain", "hello");
  EXPECT_EQ(message.to_text(true),
            "MESSAGE sip:bob@p2p SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
  message.set_body("", "");
  EXPECT_EQ(message.to_text(), "MESSAGE sip:bob@p2p SIP/2.0\r\nContent-Length: 0\r\n\r\n");
}

TEST(HeaderName, KnowsCompactForms) {
  EXPECT_EQ(header_name("V"), HeaderName::via);
  EXPECT_EQ(header_name("cAlL-iD"), HeaderName::call_id);
  EXPECT_EQ(header_name("i"), HeaderName::call_id);
  EXPECT_EQ(header_name("q"), HeaderName::other);
  EXPECT_EQ(header_name(""), HeaderName::other);
  EXPECT_EQ(header_name(std::string_view{"\0", 1}), HeaderName::other);
  EXPECT_EQ(to_string(HeaderName::cseq), "CSeq");
}

TEST(ListSplit, RespectsQuotesAndBrackets) {
  EXPECT_THAT(*split_list("\"a,\\\"b\" <x,y> ,\t c"), ElementsAre("\"a,\\\"b\" <x,y>", "c"));
  for (const char* odd : {"", ",", "a,", ",a", "a,,b", "\"a", "<a", "a \"\\\""}) EXPECT_FALSE(split_list(odd)) << odd;
  std::string many = "a";
  for (std::size_t i = 1; i < list_values_maximum; ++i) many += ",a";
  EXPECT_EQ(split_list(many)->size(), list_values_maximum);
  EXPECT_EQ(split_list(many + ",a").error(), Errc::too_large);
}

TEST(ListSplit, UnfoldsLines) {
  EXPECT_EQ(unfolded("a \r\n\t b\r\n c"), "a b c");
  EXPECT_EQ(unfolded("a  b"), "a  b");
  EXPECT_EQ(unfolded("\r\n 10"), " 10");
}

TEST(SipMessage, ListHasAMaximumOverAllItsLines) {
  SipMessage message = SipMessage::request("OPTIONS", "sip:p2p");
  for (std::size_t i = 0; i < list_values_maximum / 2; ++i) message.append(HeaderName::route, "<sip:a>, <sip:b>");
  EXPECT_EQ(message.values(HeaderName::route)->size(), list_values_maximum);
  message.append(HeaderName::route, "<sip:c>");
  EXPECT_EQ(message.values(HeaderName::route).error(), Errc::too_large);
}

TEST(SipMessage, ValueNeverBecomesTwoLines) {
  SipMessage message = SipMessage::request("OPTIONS", "sip:p2p");
  message.append(HeaderName::p_asserted_identity, std::string_view{"<sip:a>\r\nX: y\nZ: \0\r", 19});
  EXPECT_EQ(message.to_text(), "OPTIONS sip:p2p SIP/2.0\r\nP-Asserted-Identity: <sip:a>  X: y Z:   \r\n\r\n");
  message.replace(HeaderName::p_asserted_identity, "<sip:a>\r\n ;folded\r\n");
  EXPECT_EQ(message.to_text(), "OPTIONS sip:p2p SIP/2.0\r\nP-Asserted-Identity: <sip:a>\r\n ;folded  \r\n\r\n");
}

}  // namespace
}  // namespace p2pns::sip
