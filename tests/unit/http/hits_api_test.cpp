#include "frontends/http/hits_api.hpp"

#include "core/base/base64.hpp"
#include "core/crypto/host_key.hpp"
#include "tests/support/vectors.hpp"
#include "tests/unit/http/api_fixture.hpp"

namespace p2pns::http {
namespace {

constexpr std::string_view hit_text = "2001:21:f45d:f33d:25fc:d9c3:9588:6e3";

struct HitsApi : ApiFixture {
  HitsApi() {
    statement.identity = key.identity();
    statement.hit = *crypto::hit_of(statement.identity.algorithm, statement.identity.bytes);
    statement.sequence = 7;
    statement.not_after = UnixTime{std::chrono::hours{24}};
    statement.locators = {*parse_ip_address("192.0.2.7")};
    path = "/v1/hits/" + crypto::to_text(statement.hit);
  }
  ByteVector signed_bytes() const {
    const ByteVector content = dht::hit_content(statement);
    return dht::hit_record(content, *key.sign(dht::hit_signing_input(content, {}))).bytes;
  }
  std::string body() const { return R"({"signed": ")" + to_base64(signed_bytes()) + R"("})"; }
  HttpResponse get(names::HitAnswer answer) {
    const auto slot = begin(request("GET", path));
    EXPECT_EQ(service.hit_searches.size(), 1U);
    answer.hit = statement.hit;
    test::ScriptedNames::take(service.hit_searches)
        .complete(std::make_shared<const names::HitAnswer>(std::move(answer)));
    poll();
    return slot->value_or(HttpResponse{});
  }
  HttpResponse put_hit(Result<names::HitReceipt> receipt) {
    const auto slot = begin(request("PUT", path, body()));
    EXPECT_EQ(service.hit_publications.size(), 1U) << (*slot ? (*slot)->body : "");
    if (service.hit_publications.empty()) return slot->value_or(HttpResponse{});
    test::ScriptedNames::take(service.hit_publications).complete(std::move(receipt));
    poll();
    return slot->value_or(HttpResponse{});
  }
  /// The field a refused body is blamed for.
  std::string refused(const std::string& text) {
    const auto response = ask(request("PUT", path, text));
    EXPECT_EQ(response.status, 400U) << text;
    return std::string{json(response).at("field").as_string()};
  }

  crypto::HostKey key = *crypto::HostKey::from_pem(test::content_of(P2PNS_TEST_DATA "/hip/ed25519.pem"));
  dht::HitStatement statement;
  std::string path;
};

TEST_F(HitsApi, TellsWhatTheHostSaysAndTheBytesItSigned) {
  names::HitAnswer answer;
  answer.outcome = names::HitOutcome::found;
  answer.statement = statement;
  answer.addresses = statement.locators;
  answer.signed_bytes = signed_bytes();
  answer.expires = now_in_tests + std::chrono::seconds{42};
  const auto response = get(std::move(answer));
  ASSERT_EQ(response.status, 200U) << response.body;
  const auto told = json(response);
  EXPECT_EQ(told.at("hit").as_string(), crypto::to_text(statement.hit));
  EXPECT_EQ(told.at("kind").as_string(), "HIPv2");
  EXPECT_EQ(told.at("algorithm").as_string(), "EdDSA");
  EXPECT_EQ(told.at("addresses").as_array().front().as_string(), "192.0.2.7");
  EXPECT_EQ(told.at("sequence").to_number<std::uint64_t>(), 7U);
  EXPECT_EQ(told.at("expires_in_s").as_int64(), 42);
  EXPECT_EQ(told.at("signed").as_string(), to_base64(signed_bytes()));
  EXPECT_FALSE(told.as_object().contains("node_id"));
}

TEST_F(HitsApi, EveryOutcomeHasItsStatus) {
  using names::HitOutcome;
  for (const auto& [outcome, status, result] : {std::tuple{HitOutcome::unknown, 404U, 1},
                                                {HitOutcome::revoked, 410U, 1},
                                                {HitOutcome::not_reachable, 503U, 2},
                                                {HitOutcome::timed_out, 504U, 2}}) {
    names::HitAnswer answer;
    answer.outcome = outcome;
    const auto response = get(std::move(answer));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(json(response).at("result").as_int64(), result);
  }
}

TEST_F(HitsApi, PassesAStatementOn) {
  names::HitReceipt receipt;
  receipt.statement = statement;
  receipt.tally.replicas = 16;
  receipt.tally.agreeing = 15;
  const auto response = put_hit(std::move(receipt));
  ASSERT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(json(response).at("replicas").at("stored").as_int64(), 15);
  EXPECT_FALSE(json(response).at("revoked").as_bool());
}

TEST_F(HitsApi, EveryErrorHasItsStatus) {
  for (const auto& [error, status] : {std::pair{Errc::stale_sequence, 409U},
                                      {Errc::bad_signature, 400U},
                                      {Errc::expired, 400U},
                                      {Errc::too_large, 400U},
                                      {Errc::no_peers, 503U},
                                      {Errc::overloaded, 503U},
                                      {Errc::timed_out, 504U},
                                      {Errc::io_error, 500U}})
    EXPECT_EQ(put_hit(error).status, status) << make_error_code(error).message();
}

TEST_F(HitsApi, ABodyThatIsNoStatementIsRefusedBeforeItIsSent) {
  EXPECT_EQ(refused(""), "body");
  EXPECT_EQ(refused("[]"), "body");
  EXPECT_EQ(refused("{}"), "signed");
  EXPECT_EQ(refused(R"({"signed": 1})"), "signed");
  EXPECT_EQ(refused(R"({"signed": "AA"})"), "signed");
  EXPECT_EQ(refused(R"({"signed": "AAAA"})"), "signed");
  EXPECT_EQ(refused(R"({"signed": "AAAA", "more": 1})"), "more");
  path = "/v1/hits/" + std::string{hit_text};  // another one's
  EXPECT_EQ(refused(body()), "signed");
  EXPECT_TRUE(service.hit_publications.empty());
}

TEST_F(HitsApi, WhatIsNoHitIsRefused) {
  for (const char* text : {"2001:db8::1", "192.0.2.1", "alice.p2p", "20010021"}) {
    const auto response = ask(request("GET", "/v1/hits/" + std::string{text}));
    EXPECT_EQ(response.status, 400U) << text;
    EXPECT_EQ(json(response).at("field").as_string(), "hit");
  }
  EXPECT_EQ(ask(request("GET", path + "?x=1")).status, 400U);
}

TEST_F(HitsApi, AWriteNeedsTheTokenThoughTheStatementProvesItself) {
  auto sent = request("PUT", path, body());
  sent.authorization.clear();
  EXPECT_EQ(ask(sent).status, 401U);
  sent = request("PUT", path, body());
  sent.peer.kind = web::Peer::Kind::remote;
  EXPECT_EQ(ask(sent).status, 403U);
}

}  // namespace
}  // namespace p2pns::http
