// Host Identity Tags in DNS: where their names lie, and what is answered for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/base64.hpp"
#include "frontends/dns/responder.hpp"
#include "frontends/dns/translation.hpp"
#include "frontends/rdata/rdata.hpp"
#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"
#include "tests/unit/dns/dns_message.hpp"

namespace p2pns::dns {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr TimePoint now{std::chrono::hours{1}};
const std::string nibbles = "20010021f45df33d25fcd9c3958806e3";
const std::string reversed = "3.e.6.0.8.8.5.9.3.c.9.d.c.f.5.2.d.3.3.f.d.5.4.f.1.2.0.0.1.0.0.2";

names::HitAnswer answer_of(const std::string& vector, std::vector<std::string> addresses) {
  const auto vectors = test::read_vectors(P2PNS_TEST_DATA "/hip/host-identities.txt");
  names::HitAnswer answer;
  answer.outcome = names::HitOutcome::found;
  answer.hit = *crypto::parse_hit(vectors.at(vector + "-hit"));
  answer.statement.emplace();
  answer.statement->hit = answer.hit;
  answer.statement->identity.algorithm =
      vector == "rsa-1024" ? crypto::HostAlgorithm::rsa : crypto::HostAlgorithm::eddsa;
  answer.statement->identity.bytes = test::hex(vectors.at(vector + "-identity"));
  for (const auto& each : addresses) answer.addresses.push_back(*parse_ip_address(each));
  answer.expires = now + std::chrono::minutes{5};
  return answer;
}

class HitNames : public testing::Test {
 protected:
  test::ReadMessage ask(const std::string& name, std::uint16_t type, const std::optional<names::HitAnswer>& answer) {
    test::QueryText text;
    text.name = name;
    text.type = type;
    text.payload = 1232;
    const auto parsed = parse_query(test::query_message(text));
    Translation translation{*parsed.query.question, zones_, settings_};
    wanted_.clear();
    if (const auto* hit = translation.wanted_hit()) {
      wanted_ = crypto::to_text(*hit);
      EXPECT_TRUE(answer.has_value());
      if (answer) translation.on_hit(*answer, now);
    }
    EXPECT_TRUE(translation.is_done());
    return test::read_message(encode(parsed.query, translation.response(), tcp_message_maximum_bytes));
  }

  names::Zones zones_;
  ZoneSettings settings_;
  std::string wanted_;
};

TEST_F(HitNames, BothSpellingsAreTheSameHit) {
  const auto found = answer_of("rsa-1024", {"192.0.2.7", "2001:db8::7", "192.0.2.8"});
  for (const std::string& name :
       {nibbles + ".hit-to-ip.p2p", reversed + ".hit-to-ip.p2p", nibbles + ".hit-to-ip.p2p.alt"}) {
    const auto answer = ask(name, type_a, found);
    EXPECT_EQ(wanted_, "2001:21:f45d:f33d:25fc:d9c3:9588:6e3");
    EXPECT_THAT(answer.answer, ElementsAre(name + ". 60 IN A 192.0.2.7", name + ". 60 IN A 192.0.2.8"));
  }
  EXPECT_THAT(ask(nibbles + ".hit-to-ip.p2p", type_aaaa, found).answer,
              ElementsAre(nibbles + ".hit-to-ip.p2p. 60 IN AAAA 2001:db8::7"));
}

TEST_F(HitNames, TheHipRecordHoldsHitAndKey) {
  for (const char* const vector : {"rsa-1024", "ed25519"}) {
    const auto found = answer_of(vector, {});
    const std::string name = crypto::to_nibbles(found.hit) + ".hit-to-ip.p2p";
    const auto answer = ask(name, type_hip, found);
    ASSERT_EQ(answer.answer.size(), 1U) << vector;
    const bool rsa = std::string{vector} == "rsa-1024";
    const Bytes key = Bytes{found.statement->identity.bytes}.subspan(rsa ? 0 : 2);
    EXPECT_THAT(answer.answer.front(), HasSubstr("HIP " + std::string{rsa ? "2" : "4"} + " " +
                                                 crypto::to_nibbles(found.hit) + " " + to_base64(key)));
  }
}

TEST_F(HitNames, OtherTypesHaveNoData) {
  const auto found = answer_of("ed25519", {"192.0.2.7"});
  const std::string name = crypto::to_nibbles(found.hit) + ".hit-to-ip.p2p";
  for (const std::uint16_t type : {type_aaaa, type_srv}) {
    const auto answer = ask(name, type, found);
    EXPECT_EQ(answer.rcode, 0U);
    EXPECT_THAT(answer.answer, IsEmpty());
    EXPECT_THAT(answer.authority, ElementsAre(HasSubstr("p2p. 30 IN SOA")));
  }
}

TEST_F(HitNames, NobodysAndRevokedHitsAreNoNames) {
  auto unknown = answer_of("ed25519", {});
  for (const auto outcome : {names::HitOutcome::unknown, names::HitOutcome::revoked}) {
    unknown.outcome = outcome;
    EXPECT_EQ(ask(nibbles + ".hit-to-ip.p2p", type_a, unknown).rcode, 3U);
  }
  for (const auto outcome : {names::HitOutcome::timed_out, names::HitOutcome::not_reachable}) {
    unknown.outcome = outcome;
    EXPECT_EQ(ask(nibbles + ".hit-to-ip.p2p", type_a, unknown).rcode, 2U);
  }
}

TEST_F(HitNames, TheLifeOfAnAnswerIsItsTtl) {
  auto found = answer_of("ed25519", {"192.0.2.7"});
  found.expires = now + std::chrono::seconds{7};
  EXPECT_THAT(ask(nibbles + ".hit-to-ip.p2p", type_a, found).answer, ElementsAre(HasSubstr(" 7 IN A ")));
}

TEST_F(HitNames, TheReverseZonePointsToTheName) {
  const auto found = answer_of("rsa-1024", {"192.0.2.7"});
  const auto answer = ask(reversed + ".ip6.arpa", type_ptr, found);
  EXPECT_TRUE(answer.aa);
  EXPECT_THAT(answer.answer, ElementsAre(reversed + ".ip6.arpa. 60 IN PTR " + nibbles + ".hit-to-ip.p2p."));
  EXPECT_THAT(ask(reversed + ".ip6.arpa", type_a, found).answer, IsEmpty());
}

TEST_F(HitNames, PartsOfAHitAreBranches) {
  for (const char* const name : {"2.0.0.1.0.0.2.hit-to-ip.p2p", "2.hit-to-ip.p2p", "1.2.0.0.1.0.0.2.ip6.arpa"}) {
    const auto answer = ask(name, type_a, std::nullopt);
    EXPECT_EQ(answer.rcode, 0U) << name;
    EXPECT_THAT(answer.answer, IsEmpty());
  }
  EXPECT_THAT(ask("3.0.0.1.0.0.2.ip6.arpa", 6, std::nullopt).answer,
              ElementsAre(HasSubstr("3.0.0.1.0.0.2.ip6.arpa. 3600 IN SOA ns.id.p2p. hostmaster.id.p2p.")));
}

TEST_F(HitNames, OthersAreNoNames) {
  for (const std::string& name :
       std::vector<std::string>{"x.hit-to-ip.p2p", "20010db8000000000000000000000001.hit-to-ip.p2p",
                                "x.1.2.0.0.1.0.0.2.ip6.arpa", "0." + reversed + ".hit-to-ip.p2p",
                                "www." + nibbles + ".hit-to-ip.p2p", "g" + nibbles.substr(1) + ".hit-to-ip.p2p"})
    EXPECT_EQ(ask(name, type_a, std::nullopt).rcode, 3U) << name;
  EXPECT_EQ(ask("8.b.d.0.1.0.0.2.ip6.arpa", type_ptr, std::nullopt).rcode, 5U) << "not ours";
}

TEST(HitResponder, LooksAHitUpAndAnswersTheNextFromTheCache) {
  boost::asio::io_context context;
  test::FakePluginHost host{context.get_executor()};
  host.service.status_now.joined = true;
  auto found = answer_of("rsa-1024", {"192.0.2.7"});
  found.expires = TimePoint::max();
  host.service.hits.set(found);
  const auto responder = std::make_shared<Responder>(host, ResponderSettings{});
  test::QueryText text;
  text.name = nibbles + ".hit-to-ip.p2p";
  auto started = responder->answer(test::query_message(text), Via::udp);
  ASSERT_TRUE(started.unfinished);
  std::optional<ByteVector> message;
  Responder::Reply reply = [&message](ByteVector bytes) { message = std::move(bytes); };
  EXPECT_FALSE(responder->answer_later(std::move(*started.unfinished), std::move(reply)));
  while (!message && context.run_one_for(std::chrono::seconds{20}) > 0) {
  }
  ASSERT_TRUE(message);
  EXPECT_THAT(test::read_message(*message).answer, ElementsAre(HasSubstr("192.0.2.7")));
  host.service.hits.set_cached(found);
  EXPECT_TRUE(responder->answer(test::query_message(text), Via::udp).response);
  responder->stop();
}

}  // namespace
}  // namespace p2pns::dns
