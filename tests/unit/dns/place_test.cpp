#include "frontends/dns/place.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

const names::Zones zones{{"p2p"}};

WireName name(std::string_view text) {
  std::size_t offset = 0;
  return *read_name(test::wire_name(text), offset);
}
Placement place(std::string_view text) { return place_of(name(text), zones); }

const std::string key(52, 'a');  // 32 zero bytes

TEST(Place, KnowsNamesAndWhatStandsInFront) {
  const auto alice = place("Alice.P2P");
  EXPECT_EQ(alice.place, Place::name);
  EXPECT_EQ(alice.name.label, "alice");
  EXPECT_EQ(alice.name.zone, "p2p");
  EXPECT_TRUE(alice.prefix.empty());
  const auto service = place("_SIP._udp.alice.p2p");
  EXPECT_EQ(service.place, Place::name);
  EXPECT_EQ(service.name, alice.name);
  EXPECT_EQ(service.prefix, (std::vector<std::string>{"_sip", "_udp"}));
  EXPECT_EQ(service.name_labels, 2U);
}

TEST(Place, KnowsTheAliasZone) {
  const auto alice = place("www.alice.p2p.alt");
  EXPECT_EQ(alice.place, Place::name);
  EXPECT_EQ(alice.name.zone, "p2p");
  EXPECT_EQ(alice.zone_labels, 2U);
  EXPECT_EQ(place("p2p.alt").place, Place::apex);
}

TEST(Place, KnowsPublicKeys) {
  const auto by_key = place("www." + key + ".id.p2p");
  EXPECT_EQ(by_key.place, Place::name);
  EXPECT_EQ(by_key.name.kind, names::NameKind::public_key);
  EXPECT_EQ(by_key.name.label, key);
  EXPECT_EQ(by_key.prefix, std::vector<std::string>{"www"});
  EXPECT_EQ(by_key.name_labels, 3U);
  EXPECT_EQ(place("nokey.id.p2p").place, Place::no_name);
  EXPECT_EQ(place("x.ns.id.p2p").place, Place::no_name);
}

TEST(Place, KnowsTheFewNamesOfTheZone) {
  EXPECT_EQ(place("p2p").place, Place::apex);
  EXPECT_EQ(place("id.p2p").place, Place::empty_branch);
  EXPECT_EQ(place("hit-to-ip.p2p").place, Place::empty_branch);
  EXPECT_EQ(place("x.hit-to-ip.p2p").place, Place::no_name);
  EXPECT_EQ(place("NS.id.p2p").place, Place::name_server);
}

TEST(Place, LeavesOtherZonesAlone) {
  for (const char* text : {"", "alt", "example.com", "p2p.example.com", "xp2p", "p2p.p2pp", "alice.alt"})
    EXPECT_EQ(place(text).place, Place::outside) << text;
}

TEST(Place, SaysWhyALabelIsNoName) {
  for (const std::string text : {"-a.p2p", "al_ice.p2p", "m\xc3\xbcnchen.p2p", "*.p2p", "a b.p2p"}) {
    const auto placement = place(text);
    EXPECT_EQ(placement.place, Place::no_name) << text;
    EXPECT_FALSE(placement.reason.empty()) << text;
  }
}

// The label "a.p2p" (one label with a dot inside) in the zone "p2p" is not the name "a".
TEST(Place, DoesNotMistakeADotInALabelForABorder) {
  std::size_t offset = 0;
  const auto dotted_name = *read_name(test::hex("05612e703270"
                                                "03703270"
                                                "00"),
                                      offset);
  EXPECT_EQ(place_of(dotted_name, zones).place, Place::no_name);
  offset = 0;
  const auto dotted_zone = *read_name(test::hex("0161"
                                                "077032702e616c74"
                                                "00"),
                                      offset);
  EXPECT_EQ(place_of(dotted_zone, zones).place, Place::outside);
}

TEST(Place, PrefersTheLongerZone) {
  const names::Zones two{{"p2p", "lab.p2p"}};
  EXPECT_EQ(place_of(name("lab.p2p"), two).place, Place::apex);
  EXPECT_EQ(place_of(name("alice.lab.p2p"), two).zone_labels, 2U);
  EXPECT_EQ(place_of(name("alice.p2p"), two).zone_labels, 1U);
}

}  // namespace
}  // namespace p2pns::dns
