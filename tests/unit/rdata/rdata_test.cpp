#include "frontends/rdata/rdata.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::rdata {
namespace {

using testing::HasSubstr;

struct Example {
  const char* type;
  const char* text;
};

/// One or more of every type that people publish.
constexpr std::array examples{
    Example{"A", "192.0.2.1"},
    Example{"AAAA", "2001:db8::1"},
    Example{"TXT", "\"v=spf1 -all\" \"second; string\""},
    Example{"CNAME", "www.example.com."},
    Example{"NS", "ns.example.com."},
    Example{"PTR", "host.example.com."},
    Example{"DNAME", "example.org."},
    Example{"MX", "10 mail.example.com."},
    Example{"SRV", "0 5 5060 sip.example.com."},
    Example{"NAPTR", R"(100 10 "S" "SIP+D2U" "" _sip._udp.example.com.)"},
    Example{"NAPTR", R"(100 10 "U" "E2U+sip" "!^.*$!sip:info@example.com!" .)"},
    Example{"URI", "10 1 \"https://example.com/a?b=c\""},
    Example{"CAA", "0 issue \"ca.example.net\""},
    Example{"LOC", "52 22 23.000 N 04 53 32.000 E -2m 0.00m 10000m 10m"},
    Example{"CERT", "PKIX 1 8 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ=="},
    Example{"IPSECKEY", "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ=="},
    Example{"SSHFP", "4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789"},
    Example{"TLSA", "3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971"},
    Example{"SMIMEA", "3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971"},
    Example{"OPENPGPKEY", "AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ=="},
    Example{"CSYNC", "66 3 A NS AAAA"},
    Example{"ZONEMD", "2018031500 1 1 fea3"},
    Example{"EUI48", "00-00-5e-00-53-2a"},
    Example{"EUI64", "00-00-5e-ef-10-00-00-2a"},
    Example{"DNSKEY", "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="},
    Example{"DS", "3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b"},
    Example{"HINFO", "\"PC\" \"Linux\""},
    Example{"RP", "admin.example.com. ."},
    Example{"AFSDB", "1 afs.example.com."},
    Example{"KX", "10 kx.example.com."},
    Example{"HIP", "2 200100107b1a74df365639cc39f1d578 AwEAAbdxyhNuSutc5EMzxTs9LBPC"},
    Example{"HIP", "2 200100107b1a74df365639cc39f1d578 AwEAAbdxyhNuSutc5EMzxTs9LBPC rvs.example.com."},
    Example{"HIP",
            "2 200100107b1a74df365639cc39f1d578 AwEAAbdxyhNuSutc5EMzxTs9LBPC rvs1.example.com. rvs2.example.com."},
    Example{"SVCB", "1 svc.example.com. alpn=h2,h3 port=8443 ipv4hint=192.0.2.1,192.0.2.2"},
    Example{"HTTPS", "0 pool.example.com."},
    Example{"HTTPS", "1 . mandatory=port alpn=h2 no-default-alpn port=443 ipv6hint=2001:db8::1"},
    Example{"TYPE65280", "\\# 3 c00002"},
    Example{"TYPE65280", "\\# 0"},
    Example{"AMTRELAY", "\\# 6 0a01cb00710f"},
};

TEST(Rdata, KeepsEveryTypeOverTextAndBytes) {
  for (const auto& [type, text] : examples) {
    const auto parsed = parse(type, text);
    ASSERT_TRUE(parsed) << type << " " << text << ": " << parsed.error().message;
    EXPECT_EQ(type_to_text(parsed->type), type);
    EXPECT_EQ(format(parsed->type, parsed->data), text);
    EXPECT_TRUE(is_well_formed(parsed->type, parsed->data)) << type << " " << text;
  }
}

TEST(Rdata, MakesTheBytesThatTheRfcsPrescribe) {
  EXPECT_EQ(parse("A", "192.0.2.1")->data, test::hex("c0000201"));
  EXPECT_EQ(parse("MX", "10 mail.p2p")->data, test::hex("000a"
                                                        "046d61696c"
                                                        "03703270"
                                                        "00"));
  EXPECT_EQ(parse("SRV", "0 5 5060 a.p2p.")->data, test::hex("0000"
                                                             "0005"
                                                             "13c4"
                                                             "0161"
                                                             "03703270"
                                                             "00"));
  // RFC 9460 appendix D.2, figure 6.
  EXPECT_EQ(parse("SVCB", "16 foo.example.com. port=53")->data, test::hex("0010"
                                                                          "03666f6f076578616d706c6503636f6d00"
                                                                          "0003"
                                                                          "0002"
                                                                          "0035"));
}

TEST(Rdata, TakesRelativeNamesAsAbsolute) {
  EXPECT_EQ(parse("CNAME", "www")->data, parse("CNAME", "www.")->data);
  EXPECT_EQ(parse("MX", "10 mail.example.com")->data, parse("MX", "10 mail.example.com.")->data);
}

TEST(Rdata, TakesTheGenericFormOfKnownTypesWhenTheDataFits) {
  EXPECT_EQ(parse("A", "\\# 4 c0000201")->data, test::hex("c0000201"));
  EXPECT_EQ(parse("TYPE1", "\\# 4 c000 0201")->type, 1);
  EXPECT_FALSE(parse("A", "\\# 3 c00002"));
  EXPECT_FALSE(parse("A", "\\# 5 c000020100"));
}

TEST(Rdata, RefusesAGenericFormThatIsOff) {
  for (const char* text : {"\\#", "\\# x", "\\# 4 c00002", "\\# 2 c00002", "\\# 1 c", "\\# 1 zz", "\\# -1", "abc"})
    EXPECT_FALSE(parse("TYPE65280", text)) << text;
}

struct Refusal {
  const char* type;
  const char* text;
  const char* reason;
};

TEST(Rdata, RefusesWhatLdnsWouldReadAsSomethingElse) {
  constexpr std::array refusals{
      Refusal{"MX", "65536 mail.example.com.", "range"},
      Refusal{"MX", "-1 mail.example.com.", "range"},
      Refusal{"SRV", "1 2 65536 x.example.", "range"},
      Refusal{"SRV", "1 99999999999999999999 80 x.example.", "range"},
      Refusal{"TLSA", "259 1 1 d2ab", "range"},
      Refusal{"IPSECKEY", "300 1 2 192.0.2.38 AQNRU3mG", "range"},
      Refusal{"CERT", "65537 1 8 AQNRU3mG", "range"},
      Refusal{"TXT", "a;b", "comment"},
      Refusal{"TXT", "(a b)", "parentheses"},
      Refusal{"TXT", "(a b", "parentheses"},
      Refusal{"TXT", "\"a", "not closed"},
      Refusal{"TXT", "a\\", "backslash"},
      Refusal{"TXT", "a\nb", "control"},
      Refusal{"MX", "10 @", "'@'"},
      Refusal{"CNAME", "\\@", "'@'"},
      Refusal{"HIP", "2 200100107b1a74df365639cc39f1d578 AwEAAbdxyhNu Sutc5EMz", "white space"},
      Refusal{"HIP", "2 200100107b1a74df365639cc39f1d578 AwEAAbdxyhNu Su+c.5E/=", "white space"},
      Refusal{"SVCB", "1 . alpn=h2 alpn=h3", "twice"},
      Refusal{"HTTPS", "1 . no-default-alpn", "needs alpn"},
      Refusal{"HTTPS", "1 . mandatory=alpn port=53", "not there"},
      Refusal{"A", "", "data after its type"},
      Refusal{"A", "192.0.2.256", "no A record"},
      Refusal{"A", "192.0.2.1 192.0.2.2", "no A record"},
      Refusal{"MX", "10", "no MX record"},
      Refusal{"CNAME", "a..b", "no CNAME record"},
      Refusal{"AMTRELAY", "10 0 1 203.0.113.15", "no text form"},
      Refusal{"ANY", "x", "no type of data"},
      Refusal{"TYPE0", "\\# 0", "no type of data"},
      Refusal{"TYPE41", "\\# 0", "no type of data"},
      Refusal{"NOSUCH", "x", "not known"},
  };
  for (const auto& [type, text, reason] : refusals) {
    const auto parsed = parse(type, text);
    ASSERT_FALSE(parsed) << type << " " << text;
    EXPECT_THAT(parsed.error().message, HasSubstr(reason)) << type << " " << text;
  }
}

TEST(Rdata, TakesTheLargestNumberOfAField) {
  EXPECT_TRUE(parse("MX", "65535 mail.example.com."));
  EXPECT_TRUE(parse("TLSA", "255 1 1 12 34"));
  EXPECT_TRUE(parse("TLSA", "003 1 1 12 34"));
  EXPECT_TRUE(parse("SOA", "a. b. 4294967295 2 3 4 5"));
}

TEST(Rdata, LimitsTheLengthOfTheText) {
  const std::string fits = "\\# 2044 " + std::string(text_maximum_bytes - 8, '0');
  ASSERT_EQ(fits.size(), text_maximum_bytes);
  EXPECT_TRUE(parse("TYPE65280", fits));
  EXPECT_TRUE(parse("TYPE65280", "\\# 2043 " + std::string(text_maximum_bytes - 10, '0')));
  const auto longer = parse("TYPE65280", fits + "0");
  ASSERT_FALSE(longer);
  EXPECT_THAT(longer.error().message, HasSubstr("longer than 4096 bytes"));
}

TEST(Rdata, KnowsTypesByNameAndNumber) {
  EXPECT_EQ(*type_from_text("a"), 1);
  EXPECT_EQ(*type_from_text("https"), 65);
  EXPECT_EQ(*type_from_text("TYPE65"), 65);
  EXPECT_EQ(*type_from_text("type65535"), 65535);
  EXPECT_EQ(*type_from_text("HIP"), 55);
  for (const char* text : {"", "TYPE", "TYPE65536", "TYPE-1", "TYPE1x", "TYPE 1", "A ", "AXFR", "OPT", "TSIG"})
    EXPECT_FALSE(type_from_text(text)) << text;
  EXPECT_EQ(type_to_text(65280), "TYPE65280");
  EXPECT_EQ(type_to_text(64), "SVCB");
}

// ldns would ask /etc/services for each of 7,200 ports, and once more for each to read its own text.
TEST(Rdata, ShowsServicesOfAMachineInTheGenericFormOnly) {
  const std::string generic = "\\# 905 c000020106" + std::string(1800, 'f');
  const auto parsed = parse("WKS", generic);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(format(parsed->type, parsed->data), generic);
  EXPECT_FALSE(parse("WKS", "192.0.2.1 tcp smtp"));
}

TEST(Rdata, FormatsBrokenDataInTheGenericForm) {
  EXPECT_EQ(format(1, test::hex("c00002")), "\\# 3 c00002");
  EXPECT_EQ(format(5, test::hex("c00c")), "\\# 2 c00c");                       // a compressed name
  EXPECT_EQ(format(15, test::hex("000a")), "\\# 2 000a");                      // a field is missing
  EXPECT_EQ(format(16, test::hex("")), "\\# 0");                               // no string at all
  EXPECT_EQ(format(16, test::hex("0561")), "\\# 2 0561");                      // a string is cut
  EXPECT_EQ(format(65, test::hex("00010000030004")), "\\# 7 00010000030004");  // a parameter runs over the end
}

// Whatever bytes a stranger publishes: the text is made without a fault, and means the same bytes.
TEST(Rdata, FormatsAnyBytesAsTextThatMeansTheSameBytes) {
  test::SeededRandom random{test::announced_seed()};
  for (int round = 0; round < 6'000; ++round) {
    const auto& example = examples[random.below(examples.size())];
    TypedData record = *parse(example.type, example.text);
    if (random.below(4) == 0) record.type = static_cast<std::uint16_t>(1 + random.below(127));
    if (record.type == 41) continue;
    for (std::uint64_t change = random.below(4); change > 0 && !record.data.empty(); --change)
      record.data[random.below(record.data.size())] = static_cast<std::byte>(random.below(256));
    if (random.below(4) == 0) record.data.resize(random.below(record.data.size() + 3));
    const std::string text = format(record.type, record.data);
    if (!is_well_formed(record.type, record.data)) {
      ASSERT_TRUE(text.starts_with("\\#")) << type_to_text(record.type) << " " << text;
      continue;
    }
    const auto again = parse(type_to_text(record.type), text);
    ASSERT_TRUE(again) << type_to_text(record.type) << " " << text << ": " << again.error().message;
    ASSERT_EQ(*again, record) << text;
  }
}

// Whatever a person types: a record or a sentence.
TEST(Rdata, ParsesAnyTextIntoWellFormedDataOrASentence) {
  test::SeededRandom random{test::announced_seed()};
  constexpr std::string_view odd = "\\\"();@ \t.#0-=,aZ\x7f\xff";
  for (int round = 0; round < 6'000; ++round) {
    const auto& example = examples[random.below(examples.size())];
    std::string text = example.text;
    for (std::uint64_t change = random.below(5); change > 0; --change) {
      const std::size_t at = random.below(text.size());
      if (random.below(2) == 0)
        text[at] = odd[random.below(odd.size())];
      else
        text.insert(at, 1, odd[random.below(odd.size())]);
    }
    const auto parsed = parse(example.type, text);
    if (parsed)
      ASSERT_TRUE(is_well_formed(parsed->type, parsed->data)) << example.type << " " << text;
    else
      ASSERT_FALSE(parsed.error().message.empty());
  }
}

}  // namespace
}  // namespace p2pns::rdata
