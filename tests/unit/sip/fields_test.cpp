#include "frontends/sip/fields.hpp"

#include <gmock/gmock.h>

namespace p2pns::sip {
namespace {

TEST(Via, IsTakenApart) {
  const auto via = parse_via("SIP / 2.0 / udp [2001:db8::9:1] : 5061 ;received=192.0.2.1;rport;branch=z9hG4bKa7");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->transport, "UDP");
  EXPECT_EQ(via->host, "2001:db8::9:1");
  EXPECT_EQ(via->port, 5061);
  EXPECT_EQ(via->branch(), "z9hG4bKa7");
  EXPECT_TRUE(via->has_cookie());
  EXPECT_TRUE(via->parameters.has("rport"));
  EXPECT_FALSE(via->parameters.find("rport")->value);
  EXPECT_FALSE(parse_via("SIP/2.0/UDP h;branch=z9hG4bK")->has_cookie());
  EXPECT_FALSE(parse_via("SIP/2.0/UDP h;branch=1")->has_cookie());
}

TEST(Via, RefusesWhatTheGrammarForbids) {
  for (const char* odd : {"", "SIP/2.0/UDP", "SIP/3.0/UDP h", "SIP/2.0/UDP h:x", "SIP/2.0/UDP h:0", "SIP/2.0/UDP h g",
                          "SIP/2.0/UDP h;;", "SIP/2.0/UDP h;branch=a b", "SIP/2.0/UDP h;a=1;a=2", "SIP/2.0/U D h"})
    EXPECT_FALSE(parse_via(odd)) << odd;
  EXPECT_FALSE(parse_via(std::string_view{"SIP/2.0/UDP h\0;x", 16}));
}

TEST(NameAddress, IsTakenApart) {
  const auto address = parse_name_address("\"A. \\\"G\\\" B\" <sip:a@h;x=1>;tag=abc;note=\"a;b\"");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->display, "A. \"G\" B");
  EXPECT_EQ(address->uri.text, "sip:a@h;x=1");
  EXPECT_EQ(address->tag(), "abc");
  EXPECT_EQ(address->parameters.value("note"), "\"a;b\"");
  EXPECT_EQ(parse_name_address("Anna B <sip:a@h>")->display, "Anna B");
}

TEST(NameAddress, WithoutBracketsParametersAreTheHeaders) {
  const auto address = parse_name_address("sip:a@h;tag=1");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->uri.text, "sip:a@h");
  EXPECT_EQ(address->tag(), "1");
  EXPECT_FALSE(parse_name_address("sip:a@h?x=y"));
  EXPECT_FALSE(parse_name_address("sip:a,b@h"));
}

TEST(NameAddress, RefusesWhatTheGrammarForbids) {
  for (const char* odd :
       {"", "<>", "*", "<sip:a@h", "\"a <sip:a@h>", "a, b <sip:a@h>", "<sip:a@h>;;tag=1", "<sip:a@h>;tag=1;tag=2",
        "<sip:a@h> tag=1", "< sip:a@h >", "\"a\" \"b\" <sip:a@h>", "a@b <sip:a@h>", "<sip:a@h>;tag=\"x"})
    EXPECT_FALSE(parse_name_address(odd)) << odd;
}

TEST(NameAddress, TakesNulInQuotesOnly) {
  EXPECT_TRUE(parse_name_address(std::string_view{"\"a\\\0b\" <sip:a@h>;tag=1", 22}));
  EXPECT_FALSE(parse_name_address(std::string_view{"a\0 <sip:a@h>", 12}));
}

TEST(CSeq, IsANumberAndAMethod) {
  const auto cseq = parse_cseq("0009\t INVITE");
  ASSERT_TRUE(cseq);
  EXPECT_EQ(cseq->number, 9U);
  EXPECT_EQ(cseq->method, "INVITE");
  for (const char* odd : {"", "1", "INVITE", "x INVITE", "-1 INVITE", "1 INV ITE", "1 ", "36893488147419103232 A"})
    EXPECT_FALSE(parse_cseq(odd)) << odd;
}

TEST(Number, HasDigitsOnly) {
  EXPECT_EQ(*parse_number("4294967295"), 4294967295U);
  for (const char* odd : {"", "4294967296", "-1", "+1", "1 ", " 1", "0x1"}) EXPECT_FALSE(parse_number(odd)) << odd;
}

TEST(Credentials, LoseTheirQuotes) {
  const auto given = parse_credentials(
      "digest username=\"al\\\"ice\", realm=\"p2p\", nonce=\"n,1\", uri=\"sip:p2p\", response=\"ff\","
      " algorithm=SHA-256, cnonce=\"c\", qop=auth, nc=00000001, opaque=\"o\"");
  ASSERT_TRUE(given);
  EXPECT_EQ(given->user, "al\"ice");
  EXPECT_EQ(given->nonce, "n,1");
  EXPECT_EQ(given->algorithm, "SHA-256");
  EXPECT_EQ(given->qop, "auth");
  EXPECT_EQ(given->nonce_count, "00000001");
}

TEST(Credentials, OfAnotherSchemeAreNotOurs) {
  EXPECT_EQ(parse_credentials("NoOneKnowsThisScheme opaque-data=here").error(), Errc::unsupported);
  for (const char* odd : {"", "Digest", "Digest username=\"a", "Digest username"})
    EXPECT_EQ(parse_credentials(odd).error(), Errc::malformed) << odd;
}

}  // namespace
}  // namespace p2pns::sip
