// Who is there: subscriptions and presence, and who is shown as gone when a gateway is.
#include "tests/unit/xmpp/gateway_fixture.hpp"

namespace p2pns::xmpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using GatewayPresence = GatewayFixture;

TEST_F(GatewayPresence, SubscriptionsAreRelayedAndRemembered) {
  a.say("<presence from='alice@server1.test' to='bob@p2p' type='subscribe'/>");
  run();
  EXPECT_THAT(b.server.sent, ElementsAre("<presence from=\"alice@p2p\" to=\"bob@server2.test\" type=\"subscribe\"/>"));
  b.say("<presence from='bob@server2.test' to='alice@p2p' type='subscribed'/>");
  b.say("<presence from='bob@server2.test/desk' to='alice@p2p'><show>away</show></presence>");
  run();
  EXPECT_THAT(a.server.sent,
              ElementsAre("<presence from=\"bob@p2p\" to=\"alice@server1.test\" type=\"subscribed\"/>",
                          "<presence from=\"bob@p2p/desk\" to=\"alice@server1.test\"><show>away</show></presence>"));
  EXPECT_EQ(a.store.accounts().subscription("alice@server1.test", name("bob")), (Subscription{true, false}));
  EXPECT_EQ(b.store.accounts().subscription("bob@server2.test", name("alice")), (Subscription{false, true}));
  EXPECT_EQ(a.gateway->presences_shown(), 1U);
}

TEST_F(GatewayPresence, NobodyBecomesAContactUnasked) {
  for (const char* type : {"subscribed", "unsubscribed", "subscribed"})
    b.say("<presence from='bob@server2.test' to='alice@p2p' type='" + std::string{type} + "'/>");
  run();
  EXPECT_EQ(a.store.accounts().contacts(), 0U);
}

TEST_F(GatewayPresence, PresenceOfStrangersIsNotRemembered) {
  b.say("<presence from='bob@server2.test/desk' to='alice@p2p'/>");
  run();
  EXPECT_EQ(a.server.sent.size(), 1U) << "it is shown all the same";
  EXPECT_EQ(a.gateway->presences_shown(), 0U);
}

TEST_F(GatewayPresence, AsksBothServersWhoIsThereAfterAConnect) {
  a.store.change().set_subscription("alice@server1.test", name("bob"), {true, true});
  a.gateway->on_connected();
  run();
  EXPECT_THAT(a.server.sent, ElementsAre("<presence type=\"probe\" from=\"bob@p2p\" to=\"alice@server1.test\"/>"));
  EXPECT_THAT(b.server.sent, ElementsAre("<presence type=\"probe\" from=\"alice@p2p\" to=\"bob@server2.test\"/>"));
}

TEST_F(GatewayPresence, NobodyStaysAvailableBehindAGatewayThatIsGone) {
  a.store.change().set_subscription("alice@server1.test", name("bob"), {true, false});
  b.say("<presence from='bob@server2.test/desk' to='alice@p2p'/>");
  run();
  b.links.reachable = false;
  a.server.sent.clear();
  a.say("<message from='alice@server1.test/x' to='bob@p2p'/>");
  run();
  EXPECT_THAT(a.server.sent,
              ElementsAre("<presence type=\"unavailable\" from=\"bob@p2p/desk\" to=\"alice@server1.test\"/>",
                          HasSubstr("remote-server-timeout")));
  EXPECT_EQ(a.gateway->presences_shown(), 0U);
}

TEST_F(GatewayPresence, OneThatIsBackIsAskedWhoIsThere) {
  a.store.change().set_subscription("alice@server1.test", name("bob"), {true, false});
  b.say("<presence from='bob@server2.test/desk' to='alice@p2p'/>");
  run();
  b.links.reachable = false;
  a.say("<message from='alice@server1.test/x' to='bob@p2p'/>");
  run();
  b.links.reachable = true;
  b.server.sent.clear();
  for (int i = 0; i < 2; ++i) a.say("<message from='alice@server1.test/x' to='bob@p2p'/>");
  ASSERT_TRUE(until([&] { return b.server.sent.size() == 3; }));
  run();
  EXPECT_THAT(b.server.sent,
              testing::UnorderedElementsAre(HasSubstr("<message"), HasSubstr("<message"),
                                            "<presence type=\"probe\" from=\"alice@p2p\" to=\"bob@server2.test\"/>"))
      << "once";
}

TEST_F(GatewayPresence, OneLostAnswerShowsNobodyAsGone) {
  a.store.change().set_subscription("alice@server1.test", name("bob"), {true, false});
  b.say("<presence from='bob@server2.test/desk' to='alice@p2p'/>");
  run();
  b.server.is_connected = false;
  a.server.sent.clear();
  a.say("<message from='alice@server1.test/x' to='bob@p2p'/>");
  run();
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("remote-server-timeout")));
  EXPECT_EQ(a.gateway->presences_shown(), 1U);
}

TEST_F(GatewayPresence, PresenceThatIsLostIsNotRemembered) {
  a.store.change().set_subscription("alice@server1.test", name("bob"), {true, true});
  const auto known = a.store.accounts().all();
  a.server.loses = true;
  b.say("<presence from='bob@server2.test/desk' to='alice@p2p'/>");
  b.say("<presence from='bob@server2.test' to='alice@p2p' type='unsubscribe'/>");
  run();
  EXPECT_EQ(a.gateway->presences_shown(), 0U);
  EXPECT_EQ(a.store.accounts().all(), known);
}

TEST_F(GatewayPresence, TakesEverybodyBackWhenItStops) {
  a.store.change().set_subscription("alice@server1.test", name("bob"), {true, true});
  a.say("<presence from='alice@server1.test/x' to='bob@p2p'/>");
  b.say("<presence from='bob@server2.test/y' to='alice@p2p'/>");
  run();
  a.server.sent.clear();
  b.server.sent.clear();
  boost::asio::co_spawn(context, a.gateway->stop(), boost::asio::detached);
  ASSERT_TRUE(until([&] { return !b.server.sent.empty(); }));
  EXPECT_THAT(a.server.sent,
              ElementsAre("<presence type=\"unavailable\" from=\"bob@p2p/y\" to=\"alice@server1.test\"/>"));
  EXPECT_THAT(b.server.sent,
              ElementsAre("<presence type=\"unavailable\" from=\"alice@p2p/x\" to=\"bob@server2.test\"/>"));
}

}  // namespace
}  // namespace p2pns::xmpp
