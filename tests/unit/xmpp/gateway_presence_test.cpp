// Who is there: subscriptions, presence, and what becomes of them when a server or a gateway goes away.
#include "tests/unit/xmpp/gateway_fixture.hpp"

namespace p2pns::xmpp {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
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

TEST_F(GatewayPresence, AnAnswerThatIsLostLeavesItsRequestWaiting) {
  a.say("<iq from='alice@server1.test/x' to='Bob@p2p/y' type='get' id='1'/>");
  run();
  a.server.loses = true;
  b.say("<iq from='bob@server2.test/y' to='alice@p2p/x' type='result' id='1'/>");
  run();
  EXPECT_THAT(a.server.sent, IsEmpty());
  EXPECT_EQ(a.gateway->requests_waiting(), 1U);
  a.server.loses = false;
  b.say("<iq from='bob@server2.test/y' to='alice@p2p/x' type='result' id='1'/>");
  run();
  EXPECT_THAT(a.server.sent, ElementsAre(AllOf(HasSubstr("<iq from=\"Bob@p2p/y\""), HasSubstr("type=\"result\""))));
  EXPECT_EQ(a.gateway->requests_waiting(), 0U);
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

TEST_F(GatewayPresence, AfterItHasStoppedItHandsNothingOver) {
  b.host.service.hold(name("alice"));
  a.say("<message from='alice@server1.test/x' to='bob@p2p'/>");
  run();
  bool stopped = false;
  boost::asio::co_spawn(context, b.gateway->stop(), [&](std::exception_ptr) { stopped = true; });
  ASSERT_TRUE(until([&] { return stopped; }));
  b.host.service.release(name("alice"));
  ASSERT_TRUE(until([&] { return !a.server.sent.empty(); }));
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("service-unavailable")));
  EXPECT_THAT(b.server.sent, IsEmpty());
}

TEST_F(GatewayPresence, WhoIsRefusedWhileTheServerIsAwayHearsItLater) {
  a.host.service.hold(name("gone"));
  know("gone", node_id(9));
  a.say("<message from='alice@server1.test/x' to='gone@p2p' id='1'/>");
  a.say("<iq from='alice@server1.test/x' to='gone@p2p' type='get' id='2'/>");
  a.server.is_connected = false;
  a.host.service.release(name("gone"));
  ASSERT_TRUE(until([&] { return a.gateway->requests_waiting() == 0; }));
  EXPECT_THAT(a.server.sent, IsEmpty());
  a.server.is_connected = true;
  a.gateway->on_connected();
  EXPECT_THAT(a.server.sent, ElementsAre(AllOf(HasSubstr("id=\"1\""), HasSubstr("remote-server-timeout")),
                                         AllOf(HasSubstr("id=\"2\""), HasSubstr("remote-server-timeout"))));
  a.gateway->on_connected();
  EXPECT_EQ(a.server.sent.size(), 2U) << "once";
}

TEST_F(GatewayPresence, WhatIsKeptForAServerThatIsAwayIsBounded) {
  a.server.is_connected = false;
  const std::string id(1000, 'x');
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 2 * kept_answers_maximum_bytes / id.size(); ++i)
      a.say("<message from='eve" + std::to_string(i) + "@server1.test/x' to='bob@p2p' id='" + id + "'/>");
    EXPECT_GT(a.counters.over_queue, 0U);
    a.counters.over_queue = 0;
    a.server.is_connected = true;
    a.gateway->on_connected();
    std::size_t bytes = 0;
    for (const std::string& xml : std::exchange(a.server.sent, {})) bytes += xml.size();
    EXPECT_LE(bytes, kept_answers_maximum_bytes);
    EXPECT_GT(bytes, kept_answers_maximum_bytes - 3000);
    a.server.is_connected = false;
  }
}

TEST_F(GatewayPresence, DisconnectedFromItsServerItKeepsNothingInTheDark) {
  a.server.is_connected = false;
  b.say(std::string{"<message from='bob@server2.test/y' id='1' to='alice@p2p'/>"});
  run();
  EXPECT_THAT(b.server.sent, ElementsAre(AllOf(HasSubstr("id=\"1\""), HasSubstr("remote-server-timeout"))));
}

}  // namespace
}  // namespace p2pns::xmpp
