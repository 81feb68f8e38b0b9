#include "frontends/dns/translation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "tests/support/fake_name_service.hpp"
#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

using test::FakeNameService;
using test::record;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint now{std::chrono::hours{1}};
constexpr TimePoint much_later = now + std::chrono::hours{1};
constexpr const char* soa = "p2p. 30 IN SOA ns.id.p2p. hostmaster.id.p2p. 1 3600 600 86400 30";

names::P2PName label(std::string text) { return {names::NameKind::label, "p2p", std::move(text)}; }

class TranslationTest : public testing::Test {
 protected:
  void know(const std::string& name, std::vector<names::ResourceRecord> records) {
    know(FakeNameService::found(label(name), std::move(records), {*parse_endpoint("192.0.2.7:4222")}, much_later));
  }
  void know(names::NameAnswer answer) {
    auto name = answer.name;
    answers_[name] = std::move(answer);
  }
  test::ReadMessage ask(const test::QueryText& text, std::size_t limit = tcp_message_maximum_bytes) {
    const auto parsed = parse_query(test::query_message(text));
    EXPECT_EQ(parsed.rcode, Rcode::no_error);
    Translation translation{*parsed.query.question, zones_, settings_};
    asked_.clear();
    while (const auto* name = translation.wanted()) {
      asked_.push_back(to_string(*name));
      const auto known = answers_.find(*name);
      auto unknown = FakeNameService::failed(*name, names::Outcome::no_such_name);
      unknown.expires = much_later;
      translation.on_answer(known == answers_.end() ? unknown : known->second, now);
    }
    return test::read_message(encode(parsed.query, translation.response(), limit));
  }
  test::ReadMessage ask(const std::string& name, std::uint16_t type) {
    test::QueryText text;
    text.name = name;
    text.type = type;
    text.payload = 1232;
    return ask(text);
  }

  names::Zones zones_;
  ZoneSettings settings_{{*parse_ip_address("127.0.0.1")}};
  std::map<names::P2PName, names::NameAnswer> answers_;
  std::vector<std::string> asked_;
};

TEST_F(TranslationTest, AnswersRecordsOfTheName) {
  know("alice", {record("", "A", "192.0.2.1"), record("", "A", "192.0.2.2", 120), record("www", "A", "192.0.2.3")});
  const auto answer = ask("alice.p2p", type_a);
  EXPECT_EQ(answer.rcode, 0U);
  EXPECT_TRUE(answer.aa);
  EXPECT_FALSE(answer.ra);
  EXPECT_THAT(answer.answer, ElementsAre("alice.p2p. 120 IN A 192.0.2.1", "alice.p2p. 120 IN A 192.0.2.2"));
  EXPECT_THAT(answer.authority, IsEmpty());
  EXPECT_THAT(ask("www.alice.p2p", type_a).answer, ElementsAre("www.alice.p2p. 300 IN A 192.0.2.3"));
}

TEST_F(TranslationTest, AnswersAnyWithOneType) {
  know("alice", {record("", "AAAA", "2001:db8::1"), record("", "A", "192.0.2.1"), record("", "AAAA", "2001:db8::2")});
  EXPECT_THAT(ask("alice.p2p", type_any).answer,
              ElementsAre("alice.p2p. 300 IN AAAA 2001:db8::1", "alice.p2p. 300 IN AAAA 2001:db8::2"));
  EXPECT_EQ(ask("www.alice.p2p", type_any).rcode, 3U);
}

TEST_F(TranslationTest, AnswersTheAliasZoneUnderItsOwnName) {
  know("alice", {record("", "A", "192.0.2.1")});
  EXPECT_THAT(ask("alice.p2p.alt", type_a).answer, ElementsAre("alice.p2p.alt. 300 IN A 192.0.2.1"));
  EXPECT_THAT(ask("nobody.p2p.alt", type_a).authority,
              ElementsAre("p2p.alt. 30 IN SOA ns.id.p2p.alt. hostmaster.id.p2p.alt. 1 3600 600 86400 30"));
}

TEST_F(TranslationTest, KeepsTheCaseOfTheQuestion) {
  know("alice", {record("", "A", "192.0.2.1")});
  const auto answer = ask("aLiCe.P2p", type_a);
  EXPECT_EQ(answer.question, "aLiCe.P2p. IN A");
  EXPECT_THAT(answer.answer, ElementsAre("aLiCe.P2p. 300 IN A 192.0.2.1"));
}

TEST_F(TranslationTest, CarriesEveryTypeUnchanged) {
  const std::map<std::string, std::string> texts{
      {"A", "192.0.2.1"},
      {"AAAA", "2001:db8::1"},
      {"TXT", "\"a\" \"b\""},
      {"MX", "10 mail.alice.p2p."},
      {"SRV", "0 5 5060 sip.alice.p2p."},
      {"NAPTR", R"(100 10 "S" "SIP+D2U" "" _sip._udp.alice.p2p.)"},
      {"URI", "10 1 \"https://alice.p2p/\""},
      {"CAA", "0 issue \"ca.example.net\""},
      {"NS", "ns.example.com."},
      {"PTR", "alice.p2p."},
      {"DNAME", "example.org."},
      {"SSHFP", "4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789"},
      {"TLSA", "3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971"},
      {"HIP", "2 200100107b1a74df365639cc39f1d578 AwEAAbdxyhNuSutc5EMzxTs9LBPC rvs.example.com."},
      {"SVCB", "1 svc.example.com. alpn=h2,h3 port=8443"},
      {"HTTPS", "1 . alpn=h2 ipv4hint=192.0.2.1"},
      {"CERT", "PKIX 1 8 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ=="},
      {"IPSECKEY", "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ=="},
      {"OPENPGPKEY", "AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ=="},
      {"TYPE65280", "\\# 3 c00002"},
  };
  for (const auto& [type, text] : texts) {
    const auto published = record("", type, text);
    know("alice", {published});
    EXPECT_THAT(ask("alice.p2p", published.type).answer, ElementsAre("alice.p2p. 300 IN " + type + " " + text));
  }
}

TEST_F(TranslationTest, CarriesDataThatLooksLikeAPointerUnchanged) {
  names::ResourceRecord odd{"", 65280, 300, test::hex("c00cc000ffff")};
  know("alice", {odd});
  EXPECT_THAT(ask("alice.p2p", 65280).answer, ElementsAre("alice.p2p. 300 IN TYPE65280 \\# 6 c00cc000ffff"));
}

TEST_F(TranslationTest, SaysNoDataWithTheZonesSoa) {
  know("alice", {record("www", "A", "192.0.2.1")});
  for (const auto& [name, type] : std::map<std::string, std::uint16_t>{{"alice.p2p", type_a},
                                                                       {"www.alice.p2p", type_aaaa},
                                                                       {"id.p2p", type_a},
                                                                       {"hit-to-ip.p2p", type_a},
                                                                       {"p2p", type_a},
                                                                       {"ns.id.p2p", type_aaaa}}) {
    const auto answer = ask(name, type);
    EXPECT_EQ(answer.rcode, 0U) << name;
    EXPECT_TRUE(answer.aa) << name;
    EXPECT_THAT(answer.answer, IsEmpty()) << name;
    EXPECT_THAT(answer.authority, ElementsAre(soa)) << name;
  }
}

TEST_F(TranslationTest, SaysNoSuchNameWithTheZonesSoa) {
  know("alice", {record("", "A", "192.0.2.1")});
  for (const char* name :
       {"nobody.p2p", "www.nobody.p2p", "www.alice.p2p", "-bad-.p2p", "x.id.p2p", "x.hit-to-ip.p2p"}) {
    const auto answer = ask(name, type_a);
    EXPECT_EQ(answer.rcode, 3U) << name;
    EXPECT_TRUE(answer.aa) << name;
    EXPECT_THAT(answer.answer, IsEmpty()) << name;
    EXPECT_THAT(answer.authority, ElementsAre(soa)) << name;
  }
  EXPECT_FALSE(ask("-bad-.p2p", type_a).extended_text.empty());
}

TEST_F(TranslationTest, AnswersTheApex) {
  EXPECT_THAT(ask("p2p", type_soa).answer,
              ElementsAre("p2p. 3600 IN SOA ns.id.p2p. hostmaster.id.p2p. 1 3600 600 86400 30"));
  EXPECT_THAT(ask("p2p", type_ns).answer, ElementsAre("p2p. 3600 IN NS ns.id.p2p."));
  EXPECT_THAT(ask("p2p", type_any).answer, SizeIs(1));
  EXPECT_THAT(ask("ns.id.p2p", type_a).answer, ElementsAre("ns.id.p2p. 60 IN A 127.0.0.1"));
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(TranslationTest, RefusesOtherZones) {
  for (const char* name : {"example.com", "", "alt", "localhost"}) {
    const auto answer = ask(name, type_a);
    EXPECT_EQ(answer.rcode, 5U) << name;
    EXPECT_FALSE(answer.aa) << name;
    EXPECT_EQ(answer.extended_code, 20U) << name;
  }
}

TEST_F(TranslationTest, SendsNoExtendedErrorWithoutEdns) {
  test::QueryText text;
  text.name = "example.com";
  const auto answer = ask(text);
  EXPECT_EQ(answer.rcode, 5U);
  EXPECT_FALSE(answer.edns);
  EXPECT_THAT(answer.additional, IsEmpty());
}

TEST_F(TranslationTest, TellsTheOutcomesApart) {
  struct Case {
    names::Outcome outcome;
    unsigned code;
    const char* text;
  };
  for (const Case& each :
       {Case{names::Outcome::contested, 0, "contested"}, Case{names::Outcome::not_reachable, 23, "cannot be reached"},
        Case{names::Outcome::timed_out, 23, "in time"},
        Case{names::Outcome::owner_offline, 22, "its node does not answer"}}) {
    know(FakeNameService::failed(label("alice"), each.outcome));
    const auto answer = ask("alice.p2p", type_a);
    EXPECT_EQ(answer.rcode, 2U) << each.text;
    EXPECT_FALSE(answer.aa);
    EXPECT_EQ(answer.extended_code, each.code) << each.text;
    EXPECT_THAT(answer.extended_text, HasSubstr(each.text));
    EXPECT_THAT(answer.authority, IsEmpty());
  }
}

// Without records of its own.

TEST_F(TranslationTest, AnswersTheNodesBestAddressOfEachFamily) {
  know(FakeNameService::found(
      label("bare"), {},
      {*parse_endpoint("[2001:db8::7]:4000"), *parse_endpoint("192.0.2.7:4222"), *parse_endpoint("192.0.2.8:4222")},
      much_later));
  EXPECT_THAT(ask("bare.p2p", type_a).answer, ElementsAre("bare.p2p. 60 IN A 192.0.2.7"));
  EXPECT_THAT(ask("bare.p2p", type_aaaa).answer, ElementsAre("bare.p2p. 60 IN AAAA 2001:db8::7"));
  EXPECT_THAT(ask("bare.p2p", type_any).answer, ElementsAre("bare.p2p. 60 IN AAAA 2001:db8::7"));
  EXPECT_THAT(ask("bare.p2p", type_cname).authority, ElementsAre(soa));
}

TEST_F(TranslationTest, AnswersServicesWithTheNodesPort) {
  know("bare", {});
  const auto answer = ask("_sip._udp.bare.p2p", type_srv);
  EXPECT_THAT(answer.answer, ElementsAre("_sip._udp.bare.p2p. 60 IN SRV 0 0 4222 bare.p2p."));
  EXPECT_THAT(answer.additional, ElementsAre("bare.p2p. 60 IN A 192.0.2.7"));
  EXPECT_EQ(ask("_sip._udp.bare.p2p", type_a).rcode, 0U);
  EXPECT_THAT(ask("_sip._udp.bare.p2p", type_a).authority, ElementsAre(soa));
  EXPECT_EQ(ask("_udp.bare.p2p", type_srv).rcode, 0U);
  EXPECT_THAT(ask("_udp.bare.p2p", type_srv).authority, ElementsAre(soa));
  EXPECT_EQ(ask("www.bare.p2p", type_a).rcode, 3U);
  EXPECT_EQ(ask("_a._b._c.bare.p2p", type_srv).rcode, 3U);
  EXPECT_EQ(ask("_.bare.p2p", type_srv).rcode, 3U);
}

TEST_F(TranslationTest, DoesNotMixTheNodesAddressIntoOwnRecords) {
  know("alice", {record("", "TXT", "hello")});
  EXPECT_THAT(ask("alice.p2p", type_a).answer, IsEmpty());
  EXPECT_EQ(ask("_sip._udp.alice.p2p", type_srv).rcode, 3U);
}

TEST_F(TranslationTest, AnswersPublicKeyNames) {
  const std::string key(52, 'a');
  const names::P2PName name{names::NameKind::public_key, "p2p", key};
  know(FakeNameService::found(name, {}, {*parse_endpoint("192.0.2.7:4222")}, much_later));
  EXPECT_THAT(ask(key + ".id.p2p", type_a).answer, ElementsAre(key + ".id.p2p. 60 IN A 192.0.2.7"));
}

TEST_F(TranslationTest, SaysNoDataWhenTheNodesAddressIsNotKnown) {
  know(FakeNameService::found(label("bare"), {}, {}, much_later));
  EXPECT_THAT(ask("bare.p2p", type_a).authority, ElementsAre(soa));
}

// Times.

TEST_F(TranslationTest, GivesNoMoreTimeThanTheCacheHas) {
  auto answer = FakeNameService::found(label("alice"), {record("", "A", "192.0.2.1", 300)}, {},
                                       now + std::chrono::milliseconds{17'900});
  know(answer);
  EXPECT_THAT(ask("alice.p2p", type_a).answer, ElementsAre("alice.p2p. 17 IN A 192.0.2.1"));
  EXPECT_THAT(ask("alice.p2p", type_aaaa).authority, ElementsAre(HasSubstr("p2p. 17 IN SOA")));
  answer.expires = now;
  know(answer);
  EXPECT_THAT(ask("alice.p2p", type_a).answer, ElementsAre("alice.p2p. 1 IN A 192.0.2.1"));
}

TEST_F(TranslationTest, MarksStaleAnswers) {
  auto answer = FakeNameService::found(label("alice"), {record("", "A", "192.0.2.1", 300)}, {}, now);
  answer.stale = true;
  know(answer);
  const auto message = ask("alice.p2p", type_a);
  EXPECT_THAT(message.answer, ElementsAre("alice.p2p. 30 IN A 192.0.2.1"));
  EXPECT_EQ(message.extended_code, 3U);
}

// Aliases.

TEST_F(TranslationTest, FollowsAliasesInsideOfTheRecordSetWithOneLookup) {
  know("alice",
       {record("www", "CNAME", "web.alice.p2p."), record("web", "CNAME", "alice.p2p."), record("", "A", "192.0.2.1")});
  const auto answer = ask("www.alice.p2p", type_a);
  EXPECT_THAT(answer.answer, ElementsAre("www.alice.p2p. 300 IN CNAME web.alice.p2p.",
                                         "web.alice.p2p. 300 IN CNAME alice.p2p.", "alice.p2p. 300 IN A 192.0.2.1"));
  EXPECT_THAT(asked_, ElementsAre("alice.p2p"));
  EXPECT_THAT(ask("www.alice.p2p", type_cname).answer, SizeIs(1));
}

TEST_F(TranslationTest, FollowsAliasesToOtherNames) {
  know("alice", {record("www", "CNAME", "bob.p2p.")});
  know("bob", {});
  const auto answer = ask("www.alice.p2p", type_a);
  EXPECT_THAT(answer.answer, ElementsAre("www.alice.p2p. 300 IN CNAME bob.p2p.", "bob.p2p. 60 IN A 192.0.2.7"));
  EXPECT_THAT(asked_, ElementsAre("alice.p2p", "bob.p2p"));
  const auto none = ask("www.alice.p2p", type_aaaa);
  EXPECT_THAT(none.answer, SizeIs(1));
  EXPECT_THAT(none.authority, ElementsAre(soa));
}

TEST_F(TranslationTest, LeavesAliasesOutOfTheZoneToTheClient) {
  know("alice", {record("www", "CNAME", "www.example.com.")});
  const auto answer = ask("www.alice.p2p", type_a);
  EXPECT_EQ(answer.rcode, 0U);
  EXPECT_TRUE(answer.aa);
  EXPECT_THAT(answer.answer, ElementsAre("www.alice.p2p. 300 IN CNAME www.example.com."));
  EXPECT_THAT(answer.authority, IsEmpty());
}

TEST_F(TranslationTest, SaysNoSuchNameAtTheEndOfAnAlias) {
  know("alice", {record("www", "CNAME", "nobody.p2p.")});
  const auto answer = ask("www.alice.p2p", type_a);  // RFC 6604
  EXPECT_EQ(answer.rcode, 3U);
  EXPECT_THAT(answer.answer, SizeIs(1));
  EXPECT_THAT(answer.authority, ElementsAre(soa));
}

TEST_F(TranslationTest, FailsWhenTheEndOfAnAliasCannotBeReached) {
  know("alice", {record("www", "CNAME", "bob.p2p.")});
  know(FakeNameService::failed(label("bob"), names::Outcome::timed_out));
  const auto answer = ask("www.alice.p2p", type_a);
  EXPECT_EQ(answer.rcode, 2U);
  EXPECT_THAT(answer.answer, IsEmpty());
}

TEST_F(TranslationTest, EndsCircles) {
  know("alice", {record("", "CNAME", "alice.p2p.")});
  EXPECT_THAT(ask("alice.p2p", type_a).answer, SizeIs(1));
  know("alice", {record("", "CNAME", "bob.p2p.")});
  know("bob", {record("", "CNAME", "Alice.p2p.")});
  EXPECT_THAT(ask("alice.p2p", type_a).answer, SizeIs(2));
}

TEST_F(TranslationTest, FollowsEightAliasesAndNoMore) {
  for (std::size_t i = 0; i < 12; ++i)
    know("n" + std::to_string(i), {record("", "CNAME", "n" + std::to_string(i + 1) + ".p2p.")});
  know("n12", {record("", "A", "192.0.2.1")});
  const auto below = ask("n5.p2p", type_a);
  EXPECT_THAT(below.answer, SizeIs(8));
  EXPECT_EQ(below.answer.back(), "n12.p2p. 300 IN A 192.0.2.1");
  const auto at = ask("n4.p2p", type_a);
  EXPECT_THAT(at.answer, SizeIs(aliases_maximum + 1));
  EXPECT_EQ(at.answer.back(), "n12.p2p. 300 IN A 192.0.2.1");
  const auto above = ask("n3.p2p", type_a);
  EXPECT_EQ(above.rcode, 0U);
  EXPECT_THAT(above.answer, SizeIs(aliases_maximum + 1));
  EXPECT_EQ(above.answer.back(), "n11.p2p. 300 IN CNAME n12.p2p.");
}

TEST_F(TranslationTest, FailsForAnAliasThatIsNoName) {
  for (const char* data : {"", "c00c", "0161", "0000", "0161ff"}) {
    know("alice", {{"", type_cname, 300, test::hex(data)}});
    const auto answer = ask("alice.p2p", type_a);
    EXPECT_EQ(answer.rcode, 2U) << data;
    EXPECT_THAT(answer.answer, IsEmpty()) << data;
  }
}

// Sizes.

std::vector<names::ResourceRecord> addresses(int count) {
  std::vector<names::ResourceRecord> records;
  for (int i = 0; i < count; ++i) records.push_back(record("", "A", "192.0.2." + std::to_string(i)));
  return records;
}

TEST_F(TranslationTest, CompressesOwnerNames) {
  know("alice", addresses(3));
  EXPECT_EQ(ask({}).size, header_bytes + 15U + 3U * 16U);  // 12-byte name replaced by a 2-byte pointer
}

TEST_F(TranslationTest, CutsWhatDoesNotFitAndSaysSo) {
  test::QueryText text;
  know("alice", addresses(30));  // 12 + 15 + 30 * 16 = 507 bytes
  const auto fits = ask(text, 512);
  EXPECT_FALSE(fits.tc);
  EXPECT_THAT(fits.answer, SizeIs(30));
  know("alice", addresses(31));
  const auto cut = ask(text, 512);
  EXPECT_TRUE(cut.tc);
  EXPECT_THAT(cut.answer, IsEmpty());
  EXPECT_EQ(cut.question, "alice.p2p. IN A");
  text.payload = 512;
  know("alice", addresses(29));  // 491 + 11
  EXPECT_FALSE(ask(text, 512).tc);
  know("alice", addresses(30));
  const auto cut_edns = ask(text, 512);
  EXPECT_TRUE(cut_edns.tc);
  EXPECT_TRUE(cut_edns.edns);
}

TEST_F(TranslationTest, TakesTheClientsSizeBetween512And1232) {
  const auto limit = [](std::optional<unsigned> payload) {
    test::QueryText text;
    text.payload = payload;
    return udp_limit_bytes(parse_query(test::query_message(text)).query);
  };
  EXPECT_EQ(limit({}), 512U);
  EXPECT_EQ(limit(0), 512U);
  EXPECT_EQ(limit(511), 512U);
  EXPECT_EQ(limit(512), 512U);
  EXPECT_EQ(limit(513), 513U);
  EXPECT_EQ(limit(1231), 1231U);
  EXPECT_EQ(limit(1232), 1232U);
  EXPECT_EQ(limit(1233), 1232U);
  EXPECT_EQ(limit(65535), 1232U);
}

TEST_F(TranslationTest, FitsTheLongestNameWithTheLongestReasonInto512Bytes) {
  const std::string label63(63, 'a');
  test::QueryText text;
  text.name = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');
  text.payload = 512;
  const auto parsed = parse_query(test::query_message(text));
  ASSERT_TRUE(parsed.query.question);
  Response response;
  response.rcode = Rcode::refused;
  response.error = {ExtendedCode::other, std::string(1000, 'x')};
  const auto message = test::read_message(encode(parsed.query, response, 512));
  EXPECT_FALSE(message.tc);
  EXPECT_EQ(message.extended_text.size(), extended_text_maximum_bytes);
  EXPECT_LE(message.size, 512U);
}

}  // namespace
}  // namespace p2pns::dns
