#include "frontends/sip/route_token.hpp"

#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"

namespace p2pns::sip {
namespace {

struct RouteTokensTest : testing::Test {
  test::SeededRandom random{1};
  DialogMarks begin{"call", "a", ""};
  RouteTokens tokens{random};
  std::vector<Hop> hops{NodeId{}, Flow{TransportKind::udp, *parse_endpoint("192.0.2.1:5060"), 0},
                        Flow{TransportKind::udp, *parse_endpoint("[2001:db8::1]:5060"), 0},
                        Flow{TransportKind::tcp, *parse_endpoint("192.0.2.1:65535"), 0x0102030405060708U}};
};

TEST_F(RouteTokensTest, ReadsWhatItMade) {
  for (const Hop& hop : hops) {
    const std::string token = tokens.make({hop, Side::caller}, begin);
    EXPECT_EQ(tokens.read(token, begin), (RouteHop{hop, Side::caller}));
    EXPECT_EQ(tokens.read(tokens.make({hop, Side::callee}, begin), begin), (RouteHop{hop, Side::callee}));
    EXPECT_LE(token.size(), 70U);
    EXPECT_EQ(token.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  }
}

TEST_F(RouteTokensTest, TokenIsOfOneCallAndOneNode) {
  RouteTokens others{random};
  for (const Hop& hop : hops) {
    const std::string token = tokens.make({hop, Side::caller}, begin);
    EXPECT_FALSE(tokens.read(token, {"another call", "a", ""}));
    EXPECT_FALSE(others.read(token, begin));
  }
}

TEST_F(RouteTokensTest, ChangedTokensAreWorthNothing) {
  for (const Hop& hop : hops) {
    const std::string token = tokens.make({hop, Side::caller}, begin);
    for (std::size_t i = 0; i < token.size(); ++i) {
      std::string changed = token;
      changed[i] = changed[i] == 'a' ? 'b' : 'a';
      EXPECT_FALSE(tokens.read(changed, begin)) << i;
      EXPECT_FALSE(tokens.read(token.substr(0, i), begin)) << i;
    }
    EXPECT_FALSE(tokens.read(token + "aa", begin));
  }
  EXPECT_FALSE(tokens.read("", begin));
  EXPECT_FALSE(tokens.read("alice", begin));
}

TEST_F(RouteTokensTest, TokenTellsWhetherFromAndToAreStillTheSame) {
  const DialogMarks first{"call", "a", "", "alice@p2p", "bob@p2p"};
  const std::string token = tokens.make({hops[0], Side::caller, true}, first);
  const auto same = [&](const DialogMarks& later) { return tokens.read(token, later)->same_parties; };
  EXPECT_TRUE(tokens.read(token, first)->unverified);
  EXPECT_FALSE(tokens.read(tokens.make({hops[0], Side::caller}, first), first)->unverified);
  EXPECT_TRUE(same({"call", "a", "b", "alice@p2p", "bob@p2p"})) << "the caller again";
  EXPECT_TRUE(same({"call", "b", "a", "bob@p2p", "alice@p2p"})) << "the callee";
  EXPECT_FALSE(same({"call", "a", "b", "carol@p2p", "bob@p2p"}));
  EXPECT_FALSE(same({"call", "b", "a", "carol@p2p", "alice@p2p"}));
  EXPECT_FALSE(same({"call", "a", "b", "bob@p2p", "alice@p2p"})) << "each has his side";
  EXPECT_FALSE(same({"call", "a", "b", "alice@p2pb", "ob@p2p"}));
}

TEST_F(RouteTokensTest, TokenKnowsWhoBeganTheDialog) {
  const std::string token = tokens.make({hops[1], Side::caller}, begin);
  EXPECT_TRUE(tokens.read(token, {"call", "a", "b"})) << "the caller again";
  EXPECT_TRUE(tokens.read(token, {"call", "b", "a"})) << "the callee";
  EXPECT_FALSE(tokens.read(token, {"call", "x", ""})) << "another call with this Call-ID";
  EXPECT_FALSE(tokens.read(token, {"call", "x", "b"}));
  EXPECT_FALSE(tokens.read(token, {"cal", "la", "b"})) << "no byte belongs to another part";
}

}  // namespace
}  // namespace p2pns::sip
