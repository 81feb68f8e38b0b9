// What becomes of stanzas while a server is away, loses them, or the gateway stops.
#include "tests/unit/xmpp/gateway_fixture.hpp"

namespace p2pns::xmpp {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using GatewayOutage = GatewayFixture;

TEST_F(GatewayOutage, AnAnswerThatIsLostLeavesItsRequestWaiting) {
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

TEST_F(GatewayOutage, AfterItHasStoppedItHandsNothingOver) {
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

TEST_F(GatewayOutage, WhoIsRefusedWhileTheServerIsAwayHearsItLater) {
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

TEST_F(GatewayOutage, WhatIsKeptForAServerThatIsAwayIsBounded) {
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

TEST_F(GatewayOutage, DisconnectedFromItsServerItKeepsNothingInTheDark) {
  a.server.is_connected = false;
  b.say(std::string{"<message from='bob@server2.test/y' id='1' to='alice@p2p'/>"});
  run();
  EXPECT_THAT(b.server.sent, ElementsAre(AllOf(HasSubstr("id=\"1\""), HasSubstr("remote-server-timeout"))));
}

}  // namespace
}  // namespace p2pns::xmpp
