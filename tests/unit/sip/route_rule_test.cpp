#include "frontends/sip/route_rule.hpp"

#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"

namespace p2pns::sip {
namespace {

struct RouteRule : testing::Test {
  test::SeededRandom random{1};
  RouteTokens tokens{random};
  OwnAddress own{*parse_endpoint("192.0.2.1:5060"), NodeId{}};
  DialogMarks dialog{"call", "a", "b"};
  RouteHop phone{Flow{TransportKind::udp, *parse_endpoint("198.51.100.7:5060"), 0}, Side::caller};
  RouteHop node{NodeId{}, Side::callee};
  std::string near = own.record_route(phone.hop, tokens.make(phone, dialog));
  std::string far = own.record_route(node.hop, tokens.make(node, dialog));

  static SipMessage request(const std::string& routes, const std::string& uri = "sip:bob@203.0.113.1") {
    return *SipMessage::parse("BYE " + uri + " SIP/2.0\r\n" + (routes.empty() ? "" : "Route: " + routes + "\r\n") +
                              "Call-ID: call\r\nContent-Length: 0\r\n\r\n");
  }
  Result<OwnHops> take(SipMessage& message) { return take_own_routes(message, tokens, own, dialog); }
};

TEST_F(RouteRule, TakesOwnRoutesAndLeavesOthers) {
  SipMessage message = request("<sip:192.0.2.1;lr>, " + near + ", " + far + ", <sip:other.example;lr>");
  const auto hops = take(message);
  ASSERT_TRUE(hops);
  EXPECT_EQ(*hops, (OwnHops{phone, node}));
  EXPECT_EQ(*message.values(HeaderName::route), (std::vector<std::string>{"<sip:other.example;lr>"}));
  EXPECT_EQ(message.request_uri(), "sip:bob@203.0.113.1");
}

TEST_F(RouteRule, AnotherNodesTokenIsNotOursThoughItsAddressIs) {
  RouteTokens others{random};
  SipMessage message = request(own.record_route(phone.hop, others.make(phone, dialog)));
  const auto hops = take(message);
  ASSERT_TRUE(hops);
  EXPECT_TRUE(hops->empty());
  EXPECT_EQ(message.count(HeaderName::route), 1U);
}

TEST_F(RouteRule, UndoesStrictRouting) {
  const std::string uri = near.substr(1, near.size() - 2);
  SipMessage message = request(far + ", <sip:alice@198.51.100.7>", uri);
  const auto hops = take(message);
  ASSERT_TRUE(hops);
  EXPECT_EQ(*hops, (OwnHops{phone, node}));
  EXPECT_EQ(message.request_uri(), "sip:alice@198.51.100.7");
  EXPECT_EQ(message.count(HeaderName::route), 0U);
}

TEST_F(RouteRule, TooManyTokensAndUnreadableRoutesAreRefused) {
  SipMessage three = request(near + ", " + far + ", " + near);
  EXPECT_FALSE(take(three));
  SipMessage broken = request("<sip:");
  EXPECT_FALSE(take(broken));
}

TEST_F(RouteRule, StrictRouterGetsItsUriInTheRequest) {
  SipMessage strict = request("<sip:strict.example>, <sip:next.example;lr>");
  prepare_for_strict_router(strict);
  EXPECT_EQ(strict.request_uri(), "sip:strict.example");
  EXPECT_EQ(*strict.values(HeaderName::route),
            (std::vector<std::string>{"<sip:next.example;lr>", "<sip:bob@203.0.113.1>"}));
  for (const char* routes : {"", "<sip:loose.example;lr>"}) {
    SipMessage loose = request(routes);
    prepare_for_strict_router(loose);
    EXPECT_EQ(loose.request_uri(), "sip:bob@203.0.113.1");
  }
}

}  // namespace
}  // namespace p2pns::sip
