#include "frontends/sip/uri.hpp"

#include <gmock/gmock.h>

namespace p2pns::sip {
namespace {

TEST(SipUri, IsTakenApart) {
  const auto uri = parse_uri("SIP:%61lice:secret@P2P:5062;Transport=tcp;lr?subject=x");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->scheme, "sip");
  EXPECT_EQ(uri->user, "alice");
  EXPECT_EQ(uri->host, "p2p");
  EXPECT_EQ(uri->port, 5062);
  EXPECT_EQ(uri->parameters.value("transport"), "tcp");
  EXPECT_TRUE(uri->parameters.has("LR"));
  EXPECT_FALSE(uri->parameters.has("subject"));
  EXPECT_TRUE(uri->has_headers);
  EXPECT_EQ(uri->text, "SIP:%61lice:secret@P2P:5062;Transport=tcp;lr?subject=x");
}

TEST(SipUri, UserMayHoldAnyByte) {
  EXPECT_EQ(parse_uri("sip:null-%00-null@h")->user, std::string("null-\0-null", 11));
  EXPECT_NE(parse_uri("sip:%00@h")->user, parse_uri("sip:%00%00@h")->user);
  EXPECT_EQ(parse_uri("sip:a;b=c@h")->user, "a;b=c");
  EXPECT_EQ(parse_uri("sip:h")->user, "");
}

TEST(SipUri, HostIsANameOrAnAddress) {
  EXPECT_EQ(parse_uri("sip:[2001:DB8::1]:5060")->host, "2001:db8::1");
  EXPECT_EQ(parse_uri("sip:a@192.0.2.1")->host, "192.0.2.1");
  EXPECT_FALSE(parse_uri("sip:a@[::1"));
  EXPECT_FALSE(parse_uri("sip:a@[x]"));
  EXPECT_TRUE(parse_uri("sip:a@" + std::string(253, 'a')));
  EXPECT_FALSE(parse_uri("sip:a@" + std::string(254, 'a')));
}

TEST(SipUri, RefusesWhatTheGrammarForbids) {
  for (const char* odd : {"",
                          "sip",
                          "sip:",
                          "sip:@h",
                          "sip:a@",
                          "sip:a@h:",
                          "sip:a@h:0",
                          "sip:a@h:65536",
                          "sip:a@h:x",
                          "sip:a b@h",
                          "sip:a@h i",
                          "<sip:a@h>",
                          "sip:a@h;;lr",
                          "sip:a@h;",
                          "sip:a%4@h",
                          "sip:a%zz@h",
                          "sip:a@h\r\n",
                          "a@h",
                          ":a@h",
                          "sip:\"a\"@h",
                          "sip:a@\xc3\xbc"})
    EXPECT_FALSE(parse_uri(odd)) << odd;
}

TEST(SipUri, OtherSchemesAreKnownByName) {
  for (const char* other : {"tel:+49", "soap.beep://192.0.2.103:3002", "nobodyKnowsThisScheme:totallyopaque"}) {
    const auto uri = parse_uri(other);
    ASSERT_TRUE(uri) << other;
    EXPECT_FALSE(uri->is_sip());
    EXPECT_EQ(uri->text, other);
  }
}

bool same(std::string_view left, std::string_view right) {
  const bool one_way = equivalent(*parse_uri(left), *parse_uri(right));
  EXPECT_EQ(one_way, equivalent(*parse_uri(right), *parse_uri(left)));
  return one_way;
}

TEST(SipUri, ComparesAsRfc3261Shows) {  // 19.1.4
  EXPECT_TRUE(same("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"));
  EXPECT_TRUE(same("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
  EXPECT_TRUE(same("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"));
  EXPECT_FALSE(same("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
  EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
  EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
  EXPECT_FALSE(same("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
  EXPECT_FALSE(same("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
  EXPECT_FALSE(same("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"));
  EXPECT_FALSE(same("sip:bob@h", "sips:bob@h"));
}

}  // namespace
}  // namespace p2pns::sip
