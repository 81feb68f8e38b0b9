#include "tests/unit/xmpp/gateway_fixture.hpp"

namespace p2pns::xmpp {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using GatewayTest = GatewayFixture;

TEST_F(GatewayTest, BringsAMessageToTheOtherGatewaysUser) {
  a.say(
      "<message from='alice@server1.test/phone' to='bob@p2p' id='7' type='chat' xml:lang='de'><body>Hallo</body>"
      "<x xmlns='urn:x' a='b'><y/></x></message>");
  run();
  EXPECT_THAT(
      b.server.sent,
      ElementsAre("<message from=\"alice@p2p/phone\" to=\"bob@server2.test\" id=\"7\" type=\"chat\" xml:lang=\"de\">"
                  "<body>Hallo</body><x xmlns=\"urn:x\" a=\"b\"><y/></x></message>"));
  EXPECT_THAT(a.server.sent, IsEmpty());
  EXPECT_EQ(a.counters.stanzas_sent, 1U);
  EXPECT_EQ(b.counters.stanzas_taken, 1U);
}

TEST_F(GatewayTest, KeepsResourcesOneToOne) {
  a.say("<message from='alice@server1.test/a b/c' to='Bob@p2p/d@e/f'/>");
  run();
  EXPECT_THAT(b.server.sent, ElementsAre("<message from=\"alice@p2p/a b/c\" to=\"bob@server2.test/d@e/f\"/>"));
}

TEST_F(GatewayTest, AnErrorDoesNotNameTheServerThatMadeIt) {
  a.say(
      "<message from='alice@server1.test/x' to='bob@p2p' type='error'><error type='wait' by='server1.test'>"
      "<gone xmlns='urn:x'/></error><delay xmlns='urn:xmpp:delay' from='alice@server1.test'/></message>");
  run();
  ASSERT_EQ(b.server.sent.size(), 1U);
  EXPECT_THAT(b.server.sent.front(), AllOf(testing::Not(HasSubstr("server1.test")), HasSubstr("from=\"alice@p2p\"")));
}

TEST_F(GatewayTest, KeepsTheOrder) {
  b.host.service.hold(name("alice"));
  for (int i = 0; i < 300; ++i)
    a.say("<message from='alice@server1.test/x' to='bob@p2p' id='" + std::to_string(i) + "'/>");
  run();
  EXPECT_THAT(b.server.sent, IsEmpty());
  b.host.service.set_cached(living_at("alice", a.id));
  b.host.service.release(name("alice"));
  ASSERT_TRUE(until([&] { return b.server.sent.size() == 300; }));
  for (int i = 0; i < 300; ++i)
    EXPECT_THAT(b.server.sent[static_cast<std::size_t>(i)], HasSubstr("id=\"" + std::to_string(i) + "\""));
  EXPECT_THAT(a.server.sent, IsEmpty());
}

TEST_F(GatewayTest, ServesTwoUsersOfOneNodeWithoutALink) {
  a.add("carol");
  a.links.reachable = false;
  a.say("<message from='alice@server1.test/x' to='carol@p2p'><body>Hi</body></message>");
  EXPECT_THAT(a.server.sent,
              ElementsAre("<message from=\"alice@p2p/x\" to=\"carol@server1.test\"><body>Hi</body></message>"));
  EXPECT_EQ(a.counters.stanzas_local, 1U);
  a.server.sent.clear();
  a.say("<iq from='alice@server1.test/x' to='carol@p2p/y' type='get' id='1'/>");
  a.say("<iq from='carol@server1.test/y' to='alice@p2p/x' type='result' id='1'/>");
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("type=\"get\""), HasSubstr("type=\"result\"")));
}

TEST_F(GatewayTest, BetweenTwoUsersOfOneNodeABusyServerCountsToo) {
  a.add("carol");
  a.server.is_crowded = true;
  a.say("<iq from='alice@server1.test/x' to='carol@p2p/y' type='get' id='1'/>");
  EXPECT_THAT(a.server.sent, ElementsAre(AllOf(HasSubstr("type=\"error\""), HasSubstr("resource-constraint"))));
  EXPECT_EQ(a.gateway->requests_waiting(), 0U);
  EXPECT_EQ(a.counters.stanzas_local, 0U);
}

struct Case {
  const char* to;
  const char* condition;
};

TEST_F(GatewayTest, AnswersWithTheErrorsOfTheTable) {
  a.host.service.set(test::FakeNameService::failed(name("lost"), names::Outcome::timed_out));
  a.host.service.set(test::FakeNameService::failed(name("split"), names::Outcome::contested));
  know("gone", node_id(9));
  know("nobody", b.id);
  for (const Case& each : {Case{"unknown@p2p", "remote-server-not-found"}, Case{"lost@p2p", "remote-server-timeout"},
                           Case{"split@p2p", "remote-server-timeout"}, Case{"gone@p2p", "remote-server-timeout"},
                           Case{"nobody@p2p", "service-unavailable"}, Case{"not.a.name@p2p", "jid-malformed"},
                           Case{"_x@p2p", "jid-malformed"}, Case{"p2p", "service-unavailable"}}) {
    a.server.sent.clear();
    a.say("<message from='alice@server1.test/x' id='1' to='" + std::string{each.to} + "'/>");
    run();
    EXPECT_THAT(a.server.sent, ElementsAre(AllOf(HasSubstr("<message type=\"error\" id=\"1\""),
                                                 HasSubstr(each.condition), HasSubstr("to=\"alice@server1.test/x\""),
                                                 HasSubstr("from=\"" + std::string{each.to} + "\""))))
        << each.to;
  }
}

TEST_F(GatewayTest, QuotesNoHalfCharacterOfALongAddress) {
  for (std::size_t before = 76; before < 84; ++before) {
    a.server.sent.clear();
    a.say("<message from='alice@server1.test/x' to='" + std::string(before, 'x') + "\xe2\x82\xac.y@p2p'/>");
    ASSERT_EQ(a.server.sent.size(), 1U);
    const std::string xml = "<message xmlns='jabber:client'" + a.server.sent.front().substr(8);
    EXPECT_TRUE(read_stanza(xml)) << before;
  }
}

TEST_F(GatewayTest, AsksStrangersToRegisterFirst) {
  a.say("<message from='eve@server1.test/x' to='bob@p2p'/>");
  a.add("mallory", Origin::pending);
  a.say("<message from='mallory@server1.test/x' to='bob@p2p'/>");
  run();
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("registration-required"), HasSubstr("registration-required")));
  EXPECT_THAT(b.server.sent, IsEmpty());
}

TEST_F(GatewayTest, HasNoRooms) {
  a.say("<message from='alice@server1.test/x' to='bob@p2p' type='groupchat'/>");
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("feature-not-implemented")));
}

TEST_F(GatewayTest, RefusesWhatIsTooLargeForALink) {
  const std::string body(plugins::peer_message_maximum_bytes - 40, 'x');
  Element large = make_element("message", stanza_space);
  set_attribute(large, "from", "alice@server1.test/x");
  set_attribute(large, "to", "bob@p2p");
  large.children.push_back(make_field("body", stanza_space, body));
  a.gateway->on_stanza(large);
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("policy-violation")));
  a.server.sent.clear();
  a.gateway->on_skipped("<message from='alice@server1.test/x' to='bob@p2p' id='1'/>");
  a.gateway->on_skipped("<presence from='alice@server1.test/x' type='unavailable'/>");
  a.gateway->on_skipped("<x:y/>");
  EXPECT_THAT(a.server.sent, ElementsAre(AllOf(HasSubstr("policy-violation"), HasSubstr("id=\"1\""))));
  a.gateway->on_skipped("<message xmlns='jabber:component:accept' from='alice@server1.test/x' to='bob@p2p' id='2'/>");
  EXPECT_THAT(a.server.sent.back(), AllOf(HasSubstr("policy-violation"), HasSubstr("id=\"2\"")));
  a.gateway->on_skipped("<message xmlns='jabber:client' from='alice@server1.test/x' to='bob@p2p' id='3'/>");
  EXPECT_THAT(a.server.sent.back(), AllOf(HasSubstr("policy-violation"), HasSubstr("id=\"3\"")));
}

TEST_F(GatewayTest, NeverAnswersErrorsAndAnswers) {
  a.links.reachable = false;
  b.links.reachable = false;
  for (const char* stanza : {"<message from='alice@server1.test/x' to='bob@p2p' type='error'/>",
                             "<iq from='alice@server1.test/x' to='bob@p2p' type='result' id='1'/>",
                             "<presence from='alice@server1.test/x' to='bob@p2p' type='unavailable'/>",
                             "<presence from='eve@server1.test/x' to='bob@p2p' type='error'/>"})
    a.say(stanza);
  run();
  EXPECT_THAT(a.server.sent, IsEmpty());
}

TEST_F(GatewayTest, IgnoresWhatComesFromItsOwnDomain) {
  a.say("<iq from='p2p' to='p2p' type='get' id='alive'><ping xmlns='urn:xmpp:ping'/></iq>");
  a.say("<message from='bob@p2p' to='alice@p2p'/>");
  EXPECT_THAT(a.server.sent, IsEmpty());
  EXPECT_EQ(a.counters.stanzas_ignored, 2U);
}

TEST_F(GatewayTest, ARequestGetsExactlyOneAnswer) {
  a.say("<iq from='alice@server1.test/x' to='bob@p2p/y' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
  run();
  ASSERT_THAT(b.server.sent, ElementsAre(HasSubstr("from=\"alice@p2p/x\" to=\"bob@server2.test/y\"")));
  for (int i = 0; i < 2; ++i) b.say("<iq from='bob@server2.test/y' to='alice@p2p/x' type='result' id='1'/>");
  run();
  EXPECT_THAT(a.server.sent,
              ElementsAre("<iq from=\"bob@p2p/y\" to=\"alice@server1.test/x\" type=\"result\" id=\"1\"/>"));
  EXPECT_EQ(a.counters.answers_unasked, 1U);
}

TEST_F(GatewayTest, ARequestToANameAsItIsSpokenGetsItsAnswer) {
  a.add("carol");
  b.add("xn--bcher-kva");
  know("xn--bcher-kva", b.id);
  a.say(
      "<iq from='alice@server1.test/x' to='b\xc3\xbc"
      "cher@p2p/y' type='get' id='1'/>");
  run();
  ASSERT_THAT(b.server.sent, ElementsAre(HasSubstr("to=\"xn--bcher-kva@server2.test/y\"")));
  b.say("<iq from='xn--bcher-kva@server2.test/y' to='alice@p2p/x' type='result' id='1'/>");
  run();
  EXPECT_THAT(a.server.sent, ElementsAre("<iq from=\"b\xc3\xbc"
                                         "cher@p2p/y\" to=\"alice@server1.test/x\" type=\"result\" id=\"1\"/>"));
  a.server.sent.clear();
  a.say("<iq from='alice@server1.test/x' to='Carol@p2p/y' type='get' id='2'/>");
  a.say("<iq from='carol@server1.test/y' to='alice@p2p/x' type='result' id='2'/>");
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("type=\"get\""), HasSubstr("<iq from=\"Carol@p2p/y\"")));
  b.links.reachable = false;
  a.server.sent.clear();
  a.say("<iq from='alice@server1.test/x' to='Bob@p2p/y' type='get' id='3'/>");
  run();
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("remote-server-timeout")));
  EXPECT_EQ(a.gateway->requests_waiting(), 0U);
}

TEST_F(GatewayTest, ANameOfLatinLettersWritesFromTheAddressThatPeopleType) {
  b.add("xn--bcher-kva");
  know("xn--bcher-kva", b.id);
  b.say("<message from='xn--bcher-kva@server2.test/y' to='alice@p2p'/>");
  run();
  EXPECT_THAT(a.server.sent, ElementsAre("<message from=\"b\xc3\xbc"
                                         "cher@p2p/y\" to=\"alice@server1.test\"/>"));
}

TEST_F(GatewayTest, ASecondRequestUnderTheSameIdGetsNoAnswerOfItsOwn) {
  const std::string request = "<iq from='alice@server1.test/x' to='bob@p2p/y' type='get' id='1'/>";
  a.say(request);
  a.say(request);
  run();
  EXPECT_THAT(a.server.sent, IsEmpty());
  EXPECT_EQ(b.server.sent.size(), 1U);
  EXPECT_EQ(a.counters.over_queue, 0U);
  EXPECT_EQ(a.counters.stanzas_ignored, 1U);
}

TEST_F(GatewayTest, AnAnswerNobodyAskedForIsNotPassedOn) {
  b.say("<iq from='bob@server2.test/y' to='alice@p2p/x' type='result' id='1'/>");
  a.say("<iq from='alice@server1.test/x' to='bob@p2p/y' type='get' id='2'/>");
  run();
  b.say("<iq from='bob@server2.test/other' to='alice@p2p/x' type='result' id='2'/>");
  run();
  EXPECT_THAT(a.server.sent, IsEmpty());
  EXPECT_EQ(a.counters.answers_unasked, 2U);
}

TEST_F(GatewayTest, ARequestWithoutAnAnswerTimesOutOnce) {
  GatewaySettings settings;
  settings.request_time_out = std::chrono::seconds{1};
  Side c(context, network, 3, settings);
  c.add("carol");
  know("carol", c.id);
  c.host.service.set(living_at("bob", b.id));
  c.host.service.set(living_at("carol", c.id));
  c.say("<iq from='carol@server3.test/x' to='bob@p2p/y' type='get' id='1'/>");
  ASSERT_TRUE(until([&] { return !c.server.sent.empty(); }));
  EXPECT_THAT(c.server.sent,
              ElementsAre(AllOf(HasSubstr("<iq type=\"error\" id=\"1\""), HasSubstr("remote-server-timeout"))));
  b.say("<iq from='bob@server2.test/y' to='carol@p2p/x' type='result' id='1'/>");
  run();
  EXPECT_EQ(c.server.sent.size(), 1U);
  boost::asio::co_spawn(context, c.gateway->stop(), boost::asio::detached);
  run();
}

TEST_F(GatewayTest, AFailedRequestIsAnsweredAtOnceAndNotAgain) {
  b.links.reachable = false;
  a.say("<iq from='alice@server1.test/x' to='bob@p2p/y' type='get' id='1'/>");
  run();
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("remote-server-timeout")));
  EXPECT_EQ(a.gateway->requests_waiting(), 0U);
}

TEST_F(GatewayTest, BelievesASenderOnlyFromTheNodeItsNameLivesOn) {
  test::FakePeerLinks third(network, node_id(3));
  const std::string forged =
      "<message xmlns='jabber:client' from='alice@p2p/x' to='bob@p2p'><body>I am Alice</body></message>";
  EXPECT_EQ(deliver(third, b, forged).error(), Errc::not_owner);
  EXPECT_THAT(b.server.sent, IsEmpty());
  EXPECT_EQ(b.counters.senders_forged, 1U);
  EXPECT_TRUE(deliver(a.links, b, forged));
  EXPECT_EQ(b.server.sent.size(), 1U);
  EXPECT_EQ(deliver(third, b, "<message xmlns='jabber:client' from='unknown@p2p' to='bob@p2p'/>").error(),
            Errc::not_owner);
  b.host.service.set(test::FakeNameService::failed(name("lost"), names::Outcome::timed_out));
  EXPECT_EQ(deliver(third, b, "<message xmlns='jabber:client' from='lost@p2p' to='bob@p2p'/>").error(),
            Errc::timed_out);
}

TEST_F(GatewayTest, ANameThatHasMovedIsBelievedAtItsNewNode) {
  test::FakePeerLinks third(network, node_id(3));
  b.host.service.set_cached(living_at("alice", a.id));
  const std::string stanza = "<message xmlns='jabber:client' from='alice@p2p/x' to='bob@p2p'/>";
  EXPECT_EQ(deliver(third, b, stanza).error(), Errc::not_owner);
  ASSERT_FALSE(b.host.service.queries.empty());
  EXPECT_TRUE(b.host.service.queries.back().bypass_cache);
  know("alice", node_id(3));
  EXPECT_TRUE(deliver(third, b, stanza));
}

TEST_F(GatewayTest, AForgerCannotMakeItLookPastItsCacheForEver) {
  test::FakePeerLinks third(network, node_id(3));
  for (int i = 0; i < 50; ++i)
    static_cast<void>(deliver(third, b, "<message xmlns='jabber:client' from='alice@p2p/x' to='bob@p2p'/>"));
  const auto& queries = b.host.service.queries;
  EXPECT_LE(std::count_if(queries.begin(), queries.end(), [](const auto& query) { return query.bypass_cache; }), 11);
  EXPECT_EQ(b.counters.senders_forged, 50U);
}

TEST_F(GatewayTest, ANodeOfManyNamesCannotMakeItLookThemUpForEver) {
  test::FakePeerLinks third(network, node_id(3));
  const auto from = [](const std::string& sender) {
    return "<message xmlns='jabber:client' from='" + sender + "@p2p' to='bob@p2p'/>";
  };
  b.host.service.set_cached(living_at("carol", node_id(3)));
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(deliver(third, b, from("invented" + std::to_string(i))).error(), Errc::not_owner) << i;
  int refused = 0;
  for (int i = 0; i < 500; ++i)
    if (deliver(third, b, from("more" + std::to_string(i))).error() == Errc::overloaded) ++refused;
  EXPECT_GT(refused, 20) << "at 20 a second, 480 of them take 24 seconds";
  EXPECT_EQ(b.counters.over_rate, static_cast<std::uint64_t>(refused));
  EXPECT_TRUE(deliver(third, b, from("carol"))) << "whom the cache knows";
  EXPECT_TRUE(deliver(a.links, b, from("alice"))) << "and other nodes are not concerned";
}

TEST_F(GatewayTest, RefusesWhatIsNoStanzaFromALink) {
  for (const char* bytes : {"", "junk", "<message/>", "<message xmlns='jabber:client'/>",
                            "<message xmlns='jabber:client' from='alice@p2p'/>",
                            "<message xmlns='jabber:client' from='alice@p2p' to='p2p'/>",
                            "<message xmlns='jabber:client' from='p2p' to='bob@p2p'/>",
                            "<message xmlns='jabber:client' from='alice@evil.test' to='bob@p2p'/>",
                            "<message xmlns='jabber:client' from='alice@p2p' to='bob@server2.test'/>",
                            "<message xmlns='jabber:client' from='alice@p2p' to='bob@p2p'/><message/>"})
    EXPECT_EQ(deliver(a.links, b, bytes).error(), Errc::malformed) << bytes;
  EXPECT_THAT(b.server.sent, IsEmpty());
  EXPECT_EQ(b.counters.stanzas_malformed, 10U);
}

TEST_F(GatewayTest, SaysWhyItCannotTakeAStanza) {
  const std::string stanza = "<message xmlns='jabber:client' from='alice@p2p' to='bob@p2p'/>";
  b.server.is_connected = false;
  EXPECT_EQ(deliver(a.links, b, stanza).error(), Errc::timed_out);
  b.server.is_connected = true;
  b.server.is_crowded = true;
  EXPECT_EQ(deliver(a.links, b, stanza).error(), Errc::overloaded);
  b.server.is_crowded = false;
  EXPECT_EQ(
      deliver(a.links, b, "<message xmlns='jabber:client' from='alice@p2p' to='bob@p2p' type='groupchat'/>").error(),
      Errc::refused)
      << "unsupported would mean that there is no gateway";
  EXPECT_TRUE(deliver(a.links, b, stanza));
}

TEST_F(GatewayTest, LimitsWhatOneNameSends) {
  GatewaySettings settings;
  settings.stanzas_per_second = 1;
  settings.stanzas_burst = 5;
  Side c(context, network, 3, settings);
  c.add("carol");
  c.add("dave");
  for (int i = 0; i < 7; ++i) c.say("<message from='carol@server3.test/x' to='dave@p2p'/>");
  EXPECT_EQ(c.counters.stanzas_local, 5U);
  EXPECT_EQ(c.counters.over_rate, 2U);
  EXPECT_THAT(c.server.sent.back(), HasSubstr("resource-constraint"));
  c.say("<message from='dave@server3.test/x' to='carol@p2p'/>");
  EXPECT_EQ(c.counters.stanzas_local, 6U) << "others are not concerned";
  c.host.service.set(living_at("alice", a.id));
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(deliver(a.links, c, "<message xmlns='jabber:client' from='alice@p2p' to='carol@p2p'/>"));
  EXPECT_EQ(deliver(a.links, c, "<message xmlns='jabber:client' from='alice@p2p' to='carol@p2p'/>").error(),
            Errc::overloaded);
  boost::asio::co_spawn(context, c.gateway->stop(), boost::asio::detached);
  run();
}

TEST_F(GatewayTest, BoundsWhatWaitsForOneName) {
  a.host.service.hold(name("bob"));
  for (std::size_t i = 0; i < parcels_per_name_maximum; ++i)
    a.say("<message from='alice@server1.test/x' to='bob@p2p'/>");
  run();
  EXPECT_THAT(a.server.sent, IsEmpty());
  a.say("<message from='alice@server1.test/x' to='bob@p2p'/>");
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("resource-constraint")));
  a.host.service.release(name("bob"));
  ASSERT_TRUE(until([&] { return b.server.sent.size() == parcels_per_name_maximum; }));
}

TEST_F(GatewayTest, BoundsTheBytesThatWaitForOneName) {
  for (const char* user : {"carol", "dave"}) a.add(user);
  a.host.service.hold(name("bob"));
  const std::string large = "' to='bob@p2p'><body>" + std::string(200'000, 'x') + "</body></message>";
  for (int i = 0; i < 20; ++i)
    a.say("<message from='" + std::string{i % 2 == 0 ? "alice" : "carol"} + "@server1.test/x" + large);
  EXPECT_THAT(a.server.sent, IsEmpty());
  a.say("<message from='dave@server1.test/x" + large);
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("resource-constraint")));
  a.say("<message from='dave@server1.test/x' to='carol2@p2p'/>");
  EXPECT_EQ(a.server.sent.size(), 1U) << "other names are not concerned";
  a.host.service.release(name("bob"));
  ASSERT_TRUE(until([&] { return a.gateway->outbox_bytes() == 0; }));
}

TEST_F(GatewayTest, BoundsTheBytesThatWaitFromOneUser) {
  a.add("carol");
  const std::string large = "@p2p'><body>" + std::string(200'000, 'x') + "</body></message>";
  for (int i = 0; i < 21; ++i) {
    const std::string dead = "dead" + std::to_string(i);
    a.host.service.hold(name(dead));
    EXPECT_THAT(a.server.sent, IsEmpty());
    a.say("<message from='alice@server1.test/" + dead + "' to='" + dead + large);
  }
  EXPECT_THAT(a.server.sent, ElementsAre(HasSubstr("resource-constraint")));
  a.say("<message from='carol@server1.test/x' to='dead0" + large);
  EXPECT_EQ(a.server.sent.size(), 1U) << "other users are not concerned";
  for (int i = 0; i < 21; ++i) a.host.service.release(name("dead" + std::to_string(i)));
  ASSERT_TRUE(until([&] { return a.gateway->outbox_bytes() == 0; }));
}

TEST_F(GatewayTest, ServesOnlyTheDomainsItIsToldTo) {
  GatewaySettings settings;
  settings.user_domains = {"server3.test"};
  Side c(context, network, 3, settings);
  c.say("<iq from='eve@elsewhere.test/x' to='p2p' type='get' id='1'><query xmlns='jabber:iq:register'/></iq>");
  c.say("<iq from='carol@server3.test/x' to='p2p' type='get' id='1'><query xmlns='jabber:iq:register'/></iq>");
  EXPECT_THAT(c.server.sent, ElementsAre(HasSubstr("not-allowed"), HasSubstr("<username/>")));
  boost::asio::co_spawn(context, c.gateway->stop(), boost::asio::detached);
  run();
}

}  // namespace
}  // namespace p2pns::xmpp
