#include "frontends/xmpp/jid.hpp"

#include <gmock/gmock.h>

namespace p2pns::xmpp {
namespace {

using names::NameKind;
using names::P2PName;
using testing::HasSubstr;

TEST(Jid, HasThreeParts) {
  EXPECT_EQ(*parse_jid("alice@P2P/Phone/1@x"), (Jid{"alice", "p2p", "Phone/1@x"}));
  EXPECT_EQ(*parse_jid("p2p"), (Jid{"", "p2p", ""}));
  EXPECT_EQ(to_string(*parse_jid("p2p/x")), "p2p/x");
  EXPECT_EQ(bare(*parse_jid("alice@p2p/x")), "alice@p2p");
}

TEST(Jid, RefusesWhatIsNone) {
  for (const char* text : {"", "@p2p", "alice@", "alice@p2p/", "/x", "a@b@c", "a b@c", "a<b@c", "a'b@c", "a&b@c",
                           "a:b@c", "a@b c", "a@b\n", "a\x01@b", "a@b/c\td", "\xff@b", "a@b/\xc3", "a@\"b"})
    EXPECT_FALSE(parse_jid(text)) << text;
}

TEST(Jid, BoundsItsParts) {
  const std::string longest(jid_part_maximum_bytes, 'x');
  EXPECT_TRUE(parse_jid(longest + "@" + longest + "/" + longest));
  EXPECT_FALSE(parse_jid(longest + "x@p2p"));
  EXPECT_FALSE(parse_jid("a@" + longest + "x"));
  EXPECT_FALSE(parse_jid("a@p2p/" + longest + "x"));
}

struct AddressesTest : testing::Test {
  names::Zones zones{{"p2p", "lab"}};
};

TEST_F(AddressesTest, ALocalPartIsALabel) {
  const Addresses addresses("p2p", zones);
  EXPECT_EQ(*addresses.name_of("Alice"), (P2PName{NameKind::label, "p2p", "alice"}));
  EXPECT_EQ(addresses.name_of("m\xc3\xbcnchen")->label, "xn--mnchen-3ya");
  for (const char* text : {"www.alice", "id", "-x", "a_b", "alice.", "\xe2\x98\x83"})
    EXPECT_FALSE(addresses.name_of(text)) << text;
  EXPECT_THAT(addresses.name_of("www.alice").error().message, HasSubstr("a dot cannot stand in one"));
}

TEST_F(AddressesTest, ALabelOfLatinLettersIsShownAsItIsSpoken) {
  const Addresses addresses("p2p", zones);
  const auto shown = [&](const char* label) { return addresses.at_component({NameKind::label, "p2p", label}, "x"); };
  EXPECT_EQ(shown("alice"), "alice@p2p/x");
  EXPECT_EQ(shown("xn--mnchen-3ya"), "m\xc3\xbcnchen@p2p/x");
  EXPECT_EQ(addresses.name_of("m\xc3\xbcnchen")->label, "xn--mnchen-3ya");
  EXPECT_EQ(shown("xn--d-uga0v4h"),
            "\xc5\x82\xc3\xb3"
            "d\xc5\xba@p2p/x");
}

TEST_F(AddressesTest, ALabelThatCouldBeTakenForAnotherIsShownAsItIsWritten) {
  const Addresses addresses("p2p", zones);
  for (const char* label : {"xn--strae-oqa",   // servers make "strasse" of it
                            "xn--l-7sbq1c3f",  // Cyrillic letters among Latin ones
                            "xn--80ak6aa92e",  // all Cyrillic, and looks like "apple"
                            "xn--alce-mza",    // a dotless i
                            "xn--1-zhc",       // right to left
                            "xn--wgv71a119e",  // Han
                            "xn--alice-",      // no A-label, though it decodes
                            "xn--zzzzzz", "xn--a-ufo"})
    EXPECT_EQ(addresses.at_component({NameKind::label, "p2p", label}, ""), std::string{label} + "@p2p");
}

TEST_F(AddressesTest, TheDomainIsAZoneOrStandsForTheFirst) {
  EXPECT_EQ(Addresses("lab", zones).zone(), "lab");
  EXPECT_EQ(Addresses("p2p.alt", zones).zone(), "p2p");
  EXPECT_EQ(Addresses("p2p.example.org", zones).zone(), "p2p");
}

TEST_F(AddressesTest, OnALinkTheDomainIsTheZoneAndTheNameIsCanonical) {
  const Addresses addresses("p2p.example.org", zones);
  const P2PName alice{NameKind::label, "p2p", "alice"};
  EXPECT_EQ(Addresses::on_link(alice, "x"), "alice@p2p/x");
  EXPECT_EQ(addresses.at_component(alice, "x"), "alice@p2p.example.org/x");
  EXPECT_EQ(*addresses.name_on_link(*parse_jid("alice@p2p/x")), alice);
  for (const char* text : {"Alice@p2p", "alice@lab", "alice@p2p.example.org", "p2p", "a.b@p2p", "id@p2p"})
    EXPECT_FALSE(addresses.name_on_link(*parse_jid(text))) << text;
}

}  // namespace
}  // namespace p2pns::xmpp
