#include "core/names/p2p_name.hpp"

#include <gmock/gmock.h>

#include "core/names/idn.hpp"
#include "core/names/spoken_label.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::names {
namespace {

using ::testing::HasSubstr;

const Zones default_zones;

struct Accepted {
  std::string typed;
  std::string name;
  std::string prefix = "";
};

class AcceptedName : public ::testing::TestWithParam<Accepted> {};

TEST_P(AcceptedName, HasOneCanonicalForm) {
  const auto parsed = parse_name(GetParam().typed, default_zones);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(to_string(parsed->name), GetParam().name);
  EXPECT_EQ(parsed->prefix, GetParam().prefix);
  EXPECT_TRUE(is_canonical(parsed->name));
  EXPECT_TRUE(is_canonical_prefix(parsed->prefix));
  const auto again = parse_name(to_string(parsed->name), default_zones);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->name, parsed->name);
}

const std::string label_63(63, 'a');

INSTANTIATE_TEST_SUITE_P(
    Names, AcceptedName,
    ::testing::Values(
        Accepted{"alice.p2p", "alice.p2p"}, Accepted{"ALICE.P2P", "alice.p2p"}, Accepted{"Alice.p2p.", "alice.p2p"},
        Accepted{"alice.p2p.alt", "alice.p2p"}, Accepted{"aLice.P2P.ALT.", "alice.p2p"},
        Accepted{"www.alice.p2p", "alice.p2p", "www"}, Accepted{"www.alice.p2p.alt", "alice.p2p", "www"},
        Accepted{"_sip._udp.alice.p2p", "alice.p2p", "_sip._udp"}, Accepted{"*.alice.p2p", "alice.p2p", "*"},
        Accepted{"*.Lab.alice.p2p", "alice.p2p", "*.lab"}, Accepted{"a-b.p2p", "a-b.p2p"},
        Accepted{"4711.p2p", "4711.p2p"}, Accepted{"a.p2p", "a.p2p"}, Accepted{label_63 + ".p2p", label_63 + ".p2p"},
        Accepted{"münchen.p2p", "xn--mnchen-3ya.p2p"}, Accepted{"MÜNCHEN.p2p", "xn--mnchen-3ya.p2p"},
        Accepted{"mu\u0308nchen.p2p", "xn--mnchen-3ya.p2p"},  // decomposed: normal form C is made
        Accepted{"xn--mnchen-3ya.p2p", "xn--mnchen-3ya.p2p"}, Accepted{"XN--MNCHEN-3YA.p2p", "xn--mnchen-3ya.p2p"},
        Accepted{"straße.p2p", "xn--strae-oqa.p2p"},  // non-transitional: ß is a letter of its own
        Accepted{"日本語.p2p", "xn--wgv71a119e.p2p"}, Accepted{"ａｌｉｃｅ.p2p", "alice.p2p"},
        Accepted{"alice。p2p", "alice.p2p"}, Accepted{"www．alice｡p2p", "alice.p2p", "www"},
        Accepted{"münchen.alice.p2p", "alice.p2p", "xn--mnchen-3ya"}, Accepted{"א1.p2p", "xn--1-zhc.p2p"},
        Accepted{"a\u00adb.p2p", "ab.p2p"},  // UTS #46 ignores the soft hyphen
        Accepted{"www.id.alice.p2p", "alice.p2p", "www.id"}, Accepted{"p2p.p2p", "p2p.p2p"},
        Accepted{"alt.p2p", "alt.p2p"}));

struct Refused {
  std::string typed;
  std::string why;  ///< part of the sentence
};

class RefusedName : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedName, IsToldWhy) {
  const auto parsed = parse_name(GetParam().typed, default_zones);
  ASSERT_FALSE(parsed) << to_string(parsed->name);
  EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().why));
  EXPECT_GT(parsed.error().message.size(), 10U);
  EXPECT_NE(parsed.error().message.back(), '.');
}

INSTANTIATE_TEST_SUITE_P(
    Names, RefusedName,
    ::testing::Values(
        Refused{"", "name is empty"}, Refused{".", "dot alone"}, Refused{"..", "empty label"},
        Refused{"alice..p2p", "empty label"}, Refused{".alice.p2p", "empty label"},
        Refused{"alice.p2p..", "empty label"}, Refused{"p2p", "zone itself"}, Refused{"p2p.alt", "zone itself"},
        Refused{"alice", "no zone"}, Refused{"alice.example", ".p2p"}, Refused{"alice.alt", "no zone"},
        Refused{"alice.p2p.example", "no zone"}, Refused{"alice.xp2p", "no zone"}, Refused{"id.p2p", "reserved"},
        Refused{"ID.p2p.alt", "reserved"}, Refused{"hit-to-ip.p2p", "Host Identity"},
        Refused{"0.hit-to-ip.p2p", "Host Identity"}, Refused{"short.id.p2p", "52 characters"},
        Refused{std::string(51, 'a') + ".id.p2p", "52 characters"},
        Refused{std::string(53, 'a') + ".id.p2p", "52 characters"},
        Refused{std::string(52, '1') + ".id.p2p", "52 characters"},   // no base32 character
        Refused{std::string(51, 'a') + "b.id.p2p", "52 characters"},  // rest bits not zero
        Refused{std::string(64, 'a') + ".p2p", "63 octets"}, Refused{std::string(300, 'a') + ".p2p", "63 octets"},
        Refused{std::string(2000, 'a') + ".p2p", "253 octets"}, Refused{"-alice.p2p", "begin or end with a hyphen"},
        Refused{"alice-.p2p", "begin or end with a hyphen"}, Refused{"ab--cd.p2p", "third and fourth"},
        Refused{"ab--ü.p2p", "third and fourth"}, Refused{"al ice.p2p", "space"}, Refused{" alice.p2p", "space"},
        Refused{"alice.p2p ", "space"}, Refused{"a\u00a0b.p2p", "space"}, Refused{"a/b.p2p", "'/'"},
        Refused{"a%00.p2p", "'%'"}, Refused{"a@b.p2p", "'@'"}, Refused{std::string("a\0b.p2p", 7), "U+0000"},
        Refused{"a\tb.p2p", "U+0009"}, Refused{"al_ice.p2p", "underscore"}, Refused{"_alice.p2p", "underscore"},
        Refused{"_alice.p2p.alt", "underscore"}, Refused{"_.alice.p2p", "underscore alone"}, Refused{"*.p2p", "'*'"},
        Refused{"www.*.alice.p2p", "'*'"}, Refused{"w*.alice.p2p", "'*'"}, Refused{"💩.p2p", "symbols"},
        Refused{"☃.p2p", "symbols"}, Refused{"xn--ls8h.p2p", "symbols"}, Refused{"a\u2260.p2p", "symbols"},
        Refused{"xn--a-ufo.p2p", "symbols"}, Refused{"\u2100.p2p", "'/'"},  // maps to "a/c"
        Refused{"\u00ad.p2p", "empty"}, Refused{"\u202eabc.p2p", "character"}, Refused{"اa.p2p", "directions"},
        Refused{"1א.p2p", "directions"}, Refused{"\u0301a.p2p", "combining mark"},
        Refused{"a\u200db.p2p", "this place"}, Refused{"\xff\xfe.p2p", "UTF-8"}, Refused{"a\xc3.p2p", "UTF-8"},
        Refused{"xn--.p2p", "xn--"}, Refused{"xn--abc-.p2p", "xn--"}, Refused{"xn--zzzzzz.p2p", "xn--"},
        Refused{"ü_.p2p", "underscore"}, Refused{"ü b.p2p", "space"}, Refused{"\u0378.p2p", "character"}));

TEST(P2PName, IsRefusedAboveAWholeLengthOf253OctetsOnly) {
  // 4 x 62 + 4 dots + ... the name is "alice.p2p": 9 octets and a dot before it.
  const std::string prefix = std::string(61, 'a') + "." + std::string(61, 'b') + "." + std::string(61, 'c') + ".";
  const std::string at = prefix + std::string(253 - 10 - prefix.size(), 'd') + ".alice.p2p";
  ASSERT_EQ(at.size(), whole_name_maximum_octets);
  EXPECT_TRUE(parse_name(at, default_zones));
  EXPECT_TRUE(parse_name(at.substr(1), default_zones));
  const auto above = parse_name("a" + at, default_zones);
  ASSERT_FALSE(above);
  EXPECT_THAT(above.error().message, HasSubstr("253"));
}

TEST(P2PName, IsInternationalUpTo63OctetsOfItsAsciiForm) {
  std::string typed;
  std::size_t longest = 0;
  for (std::size_t letters = 1; letters <= 70; ++letters) {
    typed += "ü";
    if (const auto parsed = parse_name(typed + ".p2p", default_zones)) longest = parsed->name.label.size();
  }
  EXPECT_EQ(longest, 63U);
  const auto above = parse_name(typed + ".p2p", default_zones);
  ASSERT_FALSE(above);
  EXPECT_THAT(above.error().message, HasSubstr("63 octets"));
}

TEST(P2PName, OfAKeyRoundTripsAndIgnoresCase) {
  test::SeededRandom random{test::announced_seed()};
  for (int i = 0; i < 100; ++i) {
    const auto key = random.value<crypto::PublicKey>();
    const P2PName name = name_of_key(key, "p2p");
    EXPECT_EQ(name.label.size(), 52U);
    EXPECT_EQ(*public_key_of(name), key);
    std::string shouted = "www." + to_string(name) + ".alt.";
    for (char& c : shouted) c = static_cast<char>(std::toupper(c));
    const auto parsed = parse_name(shouted, default_zones);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->name, name);
    EXPECT_EQ(parsed->prefix, "www");
  }
}

TEST(P2PName, OfALabelHasNoPublicKey) {
  const P2PName label{NameKind::label, "p2p", std::string(52, 'a')};
  EXPECT_EQ(public_key_of(label).error(), Errc::bad_name);
}

TEST(P2PName, CanBeRegisteredWithoutPrefixOnly) {
  EXPECT_EQ(*parse_registrable_name("Alice.p2p.alt", default_zones), (P2PName{NameKind::label, "p2p", "alice"}));
  const auto www = parse_registrable_name("www.alice.p2p", default_zones);
  ASSERT_FALSE(www);
  EXPECT_THAT(www.error().message, HasSubstr("alice.p2p"));
}

TEST(P2PName, BelongsToTheLongestZoneThatFits) {
  const Zones zones{{"p2p", "lab.p2p", "office"}};
  EXPECT_EQ(parse_name("alice.lab.p2p", zones)->name.zone, "lab.p2p");
  EXPECT_EQ(parse_name("alice.lab.p2p.alt", zones)->name.zone, "lab.p2p");
  EXPECT_EQ(parse_name("alice.other.p2p", zones)->name, (P2PName{NameKind::label, "p2p", "other"}));
  EXPECT_EQ(parse_name("www.alice.OFFICE", zones)->name.zone, "office");
  EXPECT_TRUE(zones.contains("office.alt"));
  EXPECT_FALSE(zones.contains("alt"));
  EXPECT_THAT(parse_name("alice.net", zones).error().message, HasSubstr(".p2p, .lab.p2p, .office"));
}

TEST(Zone, IsCanonicalAndNoAlias) {
  EXPECT_EQ(*parse_zone("P2P."), "p2p");
  EXPECT_EQ(*parse_zone("Büro.example"), "xn--bro-hoa.example");
  EXPECT_FALSE(parse_zone(""));
  EXPECT_FALSE(parse_zone("_p2p"));
  EXPECT_THAT(parse_zone("p2p.alt").error().message, HasSubstr("alias"));
  const std::string at = std::string(31, 'a') + "." + std::string(31, 'b');
  EXPECT_TRUE(parse_zone(at));
  EXPECT_TRUE(parse_zone(at.substr(1)));
  EXPECT_THAT(parse_zone("a" + at).error().message, HasSubstr("63 octets"));
}

TEST(Prefix, IsCanonicalRelativeToItsName) {
  EXPECT_EQ(*parse_prefix(""), "");
  EXPECT_EQ(*parse_prefix("_SIP._udp"), "_sip._udp");
  EXPECT_EQ(*parse_prefix("*"), "*");
  EXPECT_EQ(*parse_prefix("*.Büro"), "*.xn--bro-hoa");
  for (const char* bad : {"a..b", "a b", "www.*", "_", "a_b", "-a"}) EXPECT_FALSE(parse_prefix(bad)) << bad;
}

TEST(Prefix, OfOtherNodesIsCheckedWithoutUnicodeTables) {
  for (const char* good : {"", "www", "_sip._udp", "*", "*.lab", "a-b", "xn--bro-hoa"})
    EXPECT_TRUE(is_canonical_prefix(good)) << good;
  for (const char* bad :
       {"WWW", ".", "a.", ".a", "a..b", "a.*", "**", "*a", "_", "a_", "-a", "a-", "ab--c", "ü", "a b"})
    EXPECT_FALSE(is_canonical_prefix(bad)) << bad;
  EXPECT_FALSE(is_canonical_prefix(std::string(64, 'a')));
}

TEST(P2PName, OfOtherNodesIsCheckedWithoutUnicodeTables) {
  const auto canonical = [](NameKind kind, std::string zone, std::string label) {
    return is_canonical(P2PName{kind, std::move(zone), std::move(label)});
  };
  EXPECT_TRUE(canonical(NameKind::label, "p2p", "alice"));
  EXPECT_TRUE(canonical(NameKind::label, "lab.p2p", "xn--bro-hoa"));
  for (const char* label : {"", "id", "hit-to-ip", "Alice", "_alice", "a.b", "*", "a_b", "ab--c"})
    EXPECT_FALSE(canonical(NameKind::label, "p2p", label)) << label;
  for (const char* zone : {"", ".", "p2p.", "P2P", "a..b", "_p2p", "p2p.alt"})
    EXPECT_FALSE(canonical(NameKind::label, zone, "alice")) << zone;
  EXPECT_FALSE(canonical(NameKind::label, std::string(64, 'a'), "alice"));
  EXPECT_TRUE(canonical(NameKind::public_key, "p2p", std::string(52, 'a')));
  EXPECT_FALSE(canonical(NameKind::public_key, "p2p", std::string(52, 'A')));
  EXPECT_FALSE(canonical(NameKind::public_key, "p2p", "alice"));
}

TEST(P2PName, ParserSurvivesArbitraryBytes) {
  test::SeededRandom random{test::announced_seed()};
  for (int i = 0; i < 20'000; ++i) {
    std::string text{as_text(random.bytes(random.below(24)))};
    text += random.below(2) == 0 ? ".p2p" : "";
    const auto parsed = parse_name(text, default_zones);
    if (parsed) {
      EXPECT_TRUE(is_canonical(parsed->name));
      EXPECT_EQ(parse_name(to_string(parsed->name), default_zones)->name, parsed->name);
    } else {
      EXPECT_FALSE(parsed.error().message.empty());
    }
  }
}

TEST(SpokenLabel, IsWhatReadsAsTheSameName) {
  EXPECT_EQ(spoken_label("alice"), "alice");
  EXPECT_EQ(spoken_label("xn--mnchen-3ya"), "münchen");
  EXPECT_EQ(spoken_label("xn--wgv71a119e"), "日本語");
  EXPECT_EQ(spoken_label("xn--strae-oqa"), "straße");
  for (const char* none : {"xn--alice-", "xn--", "xn--zzzzzz", "xn--ls8h", "xn--a-ufo"})
    EXPECT_EQ(spoken_label(none), none);
}

}  // namespace
}  // namespace p2pns::names
