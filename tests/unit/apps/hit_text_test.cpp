#include "apps/p2pns/hit_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "core/crypto/host_key.hpp"
#include "core/dht/host_identity.hpp"
#include "core/host/net/system.hpp"
#include "frontends/http/hits_api.hpp"
#include "tests/support/vectors.hpp"

namespace p2pns::cli {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

struct HitText : testing::Test {
  HitText() {
    statement.identity = key.identity();
    statement.hit = *crypto::hit_of(statement.identity.algorithm, statement.identity.bytes);
    statement.sequence = 7;
    statement.not_after = host::wall_now() + std::chrono::hours{1};
    statement.locators = {*parse_ip_address("192.0.2.7"), *parse_ip_address("2001:db8::7")};
  }
  /// What an honest daemon answers to GET /v1/hits/{hit}.
  json::value answer(std::vector<IpAddress> addresses) const {
    const ByteVector content = dht::hit_content(statement);
    names::HitAnswer found;
    found.outcome = names::HitOutcome::found;
    found.hit = statement.hit;
    found.statement = statement;
    found.signed_bytes = dht::hit_record(content, *key.sign(dht::hit_signing_input(content, network))).bytes;
    found.addresses = std::move(addresses);
    return json::parse(http::hit_response(found, TimePoint{}).body);
  }
  json::value honest() const { return answer(statement.locators); }
  std::string doubt(const json::value& body) const {
    return why_not_believed(statement.hit, body, network).value_or("");
  }

  crypto::NetworkParameters network;
  crypto::HostKey key = *crypto::HostKey::from_pem(test::content_of(P2PNS_TEST_DATA "/hip/p256.pem"));
  dht::HitStatement statement;
};

TEST_F(HitText, AnHonestDaemonIsBelieved) {
  EXPECT_EQ(doubt(honest()), "");
  statement.node.value.fill(std::byte{9});
  EXPECT_EQ(doubt(honest()), "");
  EXPECT_THAT(hit_text(honest()), testing::StartsWith("192.0.2.7\n2001:db8::7\n;; HIPv2 "));
  EXPECT_THAT(hit_text(honest()), testing::Not(HasSubstr("daemon's word")));
}

TEST_F(HitText, NothingIsBelievedThatTheHostHasNotSigned) {
  for (const auto& [member, lie] : std::vector<std::pair<std::string, json::value>>{
           {"addresses", json::array{"203.0.113.6"}},
           {"addresses", json::array{"192.0.2.7", "2001:db8::7", "203.0.113.6"}},
           {"locators", json::array{"203.0.113.6"}},
           {"hit", "2001:21::1"},
           {"kind", "DET"},
           {"algorithm", "EdDSA"},
           {"identity", "AAAA"},
           {"node_id", "0909090909090909090909090909090909090909"},
           {"sequence", 8},
           {"not_after", "2036-01-01T00:00:00Z"}}) {
    json::value body = honest();
    body.as_object()[member] = lie;
    EXPECT_THAT(doubt(body), HasSubstr("not believed")) << member;
    EXPECT_THAT(doubt(body), HasSubstr(member)) << member;
  }
}

TEST_F(HitText, WhatIsMissingIsNotBelieved) {
  statement.node.value.fill(std::byte{9});
  for (const char* member : {"addresses", "locators", "hit", "node_id", "sequence", "not_after", "signed"}) {
    json::value body = honest();
    body.as_object().erase(member);
    EXPECT_NE(doubt(body), "") << member;
  }
}

TEST_F(HitText, AddressesOfAHostThatNamesNoneAreTheDaemonsWord) {
  statement.locators.clear();
  statement.node.value.fill(std::byte{9});
  const json::value body = answer({*parse_ip_address("203.0.113.6")});
  EXPECT_EQ(doubt(body), "");
  EXPECT_THAT(hit_text(body), HasSubstr("203.0.113.6\n;; the host has signed no addresses"));
}

}  // namespace
}  // namespace p2pns::cli
