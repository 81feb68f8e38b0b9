#include "frontends/sip/route_token.hpp"

#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"

namespace p2pns::sip {
namespace {

struct RouteTokensTest : testing::Test {
  test::SeededRandom random{1};
  RouteTokens tokens{random};
  std::vector<Hop> hops{NodeId{}, Flow{TransportKind::udp, *parse_endpoint("192.0.2.1:5060"), 0},
                        Flow{TransportKind::udp, *parse_endpoint("[2001:db8::1]:5060"), 0},
                        Flow{TransportKind::tcp, *parse_endpoint("192.0.2.1:65535"), 0x0102030405060708U}};
};

TEST_F(RouteTokensTest, ReadsWhatItMade) {
  for (const Hop& hop : hops) {
    const std::string token = tokens.make(hop, "call");
    EXPECT_EQ(tokens.read(token, "call"), hop);
    EXPECT_LE(token.size(), 70U);
    EXPECT_EQ(token.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  }
}

TEST_F(RouteTokensTest, TokenIsOfOneCallAndOneNode) {
  RouteTokens others{random};
  for (const Hop& hop : hops) {
    const std::string token = tokens.make(hop, "call");
    EXPECT_FALSE(tokens.read(token, "another call"));
    EXPECT_FALSE(others.read(token, "call"));
  }
}

TEST_F(RouteTokensTest, ChangedTokensAreWorthNothing) {
  for (const Hop& hop : hops) {
    const std::string token = tokens.make(hop, "call");
    for (std::size_t i = 0; i < token.size(); ++i) {
      std::string changed = token;
      changed[i] = changed[i] == 'a' ? 'b' : 'a';
      EXPECT_FALSE(tokens.read(changed, "call")) << i;
      EXPECT_FALSE(tokens.read(token.substr(0, i), "call")) << i;
    }
    EXPECT_FALSE(tokens.read(token + "aa", "call"));
  }
  EXPECT_FALSE(tokens.read("", "call"));
  EXPECT_FALSE(tokens.read("alice", "call"));
}

}  // namespace
}  // namespace p2pns::sip
