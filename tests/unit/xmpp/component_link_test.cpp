#include <fcntl.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/select.h>

#include "tests/unit/xmpp/link_fixture.hpp"

namespace p2pns::xmpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using ComponentLinkTest = LinkFixture;

// The three ways in which libstrophe 0.12 crashes for a component whose connection object is not primed.

TEST_F(ComponentLinkTest, SendsAStanza) {
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return link->connected(); }));
  EXPECT_EQ(connects, 1);
  link->send("<message to='a@b'/>");
  ASSERT_TRUE(until([&] { return server.received == "<message to='a@b'/>"; }));
}

TEST_F(ComponentLinkTest, ComesBackWhenItIsRefusedAtFirst) {
  server.choose_port();
  start();
  ASSERT_TRUE(until([&] { return counters.connection_ends >= 3; }));
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("cannot be reached"))) << "told once";
  server.listen();
  ASSERT_TRUE(until([&] { return link->connected(); }));
}

TEST_F(ComponentLinkTest, StandsAWrongSecret) {
  server.secret = "other";
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return counters.connection_ends >= 3; }));
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("refuses the secret"))) << "told once";
  EXPECT_EQ(connects, 0);
  server.secret = "s3cret";
  ASSERT_TRUE(until([&] { return link->connected(); }));
}

TEST_F(ComponentLinkTest, ConnectsAgainAfterTheServersRestart) {
  server.listen();
  start();
  for (int round = 1; round <= 3; ++round) {
    ASSERT_TRUE(until([&] { return connects == round; }));
    link->send("<message/>");
    server.stop();
    ASSERT_TRUE(until([&] { return !link->connected(); }));
    link->send("<message/>");  // goes nowhere, and harms nobody
    server.listen();
  }
  ASSERT_TRUE(until([&] { return connects == 4; }));
}

TEST_F(ComponentLinkTest, ComesBackSlowlyWhenAnotherComponentHasItsName) {
  settings.retry_first = std::chrono::milliseconds{1};
  settings.retry_maximum = std::chrono::milliseconds{1};
  settings.retry_unwanted = std::chrono::milliseconds{40};
  settings.retry_unwanted_maximum = std::chrono::milliseconds{80};
  server.secret = "other";
  server.refusal = "conflict";
  server.listen();
  const auto begin = std::chrono::steady_clock::now();
  start();
  ASSERT_TRUE(until([&] { return counters.connection_ends >= 3; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{40 + 80});
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("has a component of this name already")));
}

TEST_F(ComponentLinkTest, TakesStanzasWithTheirLanguages) {
  server.on_handshake = [](FakeXmppServer& self) {
    self.send(
        "<message xml:lang='de' from='a@b/c'><body>Hallo &amp; &lt;Welt&gt;</body><body xml:lang='fr'>Salut</body>"
        "<x xmlns='urn:x' b='2' a='1'>t<y/>u</x></message>");
  };
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return !stanzas.empty(); }));
  EXPECT_THAT(stanzas,
              ElementsAre("<message from=\"a@b/c\" xml:lang=\"de\"><body>Hallo &amp; &lt;Welt&gt;</body>"
                          "<body xml:lang=\"fr\">Salut</body><x xmlns=\"urn:x\" a=\"1\" b=\"2\">t<y/>u</x></message>"));
}

TEST_F(ComponentLinkTest, APrefixedAttributeTakesThePlaceOfNoOther) {
  server.on_handshake = [](FakeXmppServer& self) {
    for (const char* from : {"e:from='alice@b/x' from='eve@b/c'", "from='eve@b/c' e:from='alice@b/x'"})
      self.send(
          "<message xmlns:e='urn:1' " + std::string{from} +
          " to='bob@p2p' e:to='p2p' type='chat' e:type='error' e:id='2' id='1'><x type='a' e:type='b'/></message>");
  };
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return stanzas.size() == 2; }));
  const std::string real = "<message from=\"eve@b/c\" id=\"1\" to=\"bob@p2p\" type=\"chat\"><x type=\"a\"/></message>";
  EXPECT_THAT(stanzas, ElementsAre(real, real));
}

TEST_F(ComponentLinkTest, LeavesOutWhatCouldNotBeWrittenAgain) {
  server.on_handshake = [](FakeXmppServer& self) { self.send("<message id='1'><xml:a/></message><message id='2'/>"); };
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return !stanzas.empty(); }));
  EXPECT_THAT(stanzas, ElementsAre("<message id=\"2\"/>"));
  EXPECT_THAT(skipped, ElementsAre("<message id=\"1\"/>"));
  EXPECT_EQ(counters.stanzas_skipped, 1U);
}

TEST_F(ComponentLinkTest, TakesStanzasInAnyPieces) {
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += "<message id='" + std::to_string(i) + "'><body>" + std::string(i * 7, 'x') + "</body></message>";
  server.on_handshake = [&](FakeXmppServer& self) {
    for (std::size_t at = 0, size = 1; at < all.size(); at += size, size = size * 3 % 1021 + 1)
      self.send(all.substr(at, size));
  };
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return stanzas.size() == 200; }));
  for (int i = 0; i < 200; ++i)
    EXPECT_THAT(stanzas[static_cast<std::size_t>(i)], HasSubstr("id=\"" + std::to_string(i) + "\""));
}

TEST_F(ComponentLinkTest, HandsOverWhatTheSystemHasTaken) {
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return link->connected(); }));
  const auto outcome = hand_over("<message/>");
  ASSERT_TRUE(until([&] { return outcome->has_value(); }));
  EXPECT_TRUE(**outcome);
  ASSERT_TRUE(until([&] { return server.received == "<message/>"; }));
}

TEST_F(ComponentLinkTest, IsCrowdedWhenTheServerDoesNotRead) {
  settings.queue_maximum_bytes = 1024 * 1024;
  server.reads = false;
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return link->connected(); }));
  const std::string large = "<message><body>" + std::string(250'000, 'x') + "</body></message>";
  for (int i = 0; i < 100 && !link->crowded(); ++i) link->send(large);
  ASSERT_TRUE(link->crowded());
  EXPECT_LT(link->waiting_bytes(), settings.queue_maximum_bytes + 2 * large.size());
  const auto refused = hand_over("<message/>");
  ASSERT_TRUE(until([&] { return refused->has_value(); }));
  EXPECT_EQ((*refused)->error(), Errc::overloaded);
  server.disconnect();
  ASSERT_TRUE(until([&] { return connects == 2; }));
  EXPECT_FALSE(link->crowded());
}

TEST_F(ComponentLinkTest, WhatWasWaitingIsSaidToBeLostWhenTheConnectionEnds) {
  ASSERT_NO_FATAL_FAILURE(start_with_a_server_that_reads_nothing());
  const auto outcome = hand_over("<message/>");
  server.disconnect();
  ASSERT_TRUE(until([&] { return outcome->has_value(); }));
  EXPECT_EQ((*outcome)->error(), Errc::timed_out);
}

TEST_F(ComponentLinkTest, WhatIsSaidToBeLateIsNotDeliveredAfterwards) {
  settings.hand_over_time_out = std::chrono::milliseconds{100};
  ASSERT_NO_FATAL_FAILURE(start_with_a_server_that_reads_nothing());
  const auto outcome = hand_over("<message/>");
  ASSERT_TRUE(until([&] { return outcome->has_value(); }));
  EXPECT_EQ((*outcome)->error(), Errc::timed_out);
  EXPECT_EQ(link->waiting_bytes(), 0U);
  server.reads = true;
  ASSERT_TRUE(until([&] { return connects == 2; }));
  EXPECT_THAT(log.lines, testing::Contains(HasSubstr("does not take what it is sent")));
}

TEST_F(ComponentLinkTest, WithoutAConnectionNothingIsHandedOver) {
  server.choose_port();
  start();
  const auto outcome = hand_over("<message/>");
  ASSERT_TRUE(until([&] { return outcome->has_value(); }));
  EXPECT_EQ((*outcome)->error(), Errc::timed_out);
}

TEST_F(ComponentLinkTest, AsksASilentServerAndGivesItUp) {
  settings.silence = std::chrono::milliseconds{600};
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return server.received.find("urn:xmpp:ping") != std::string::npos; }));
  ASSERT_TRUE(until([&] { return connects == 2; }));
  EXPECT_THAT(log.lines, testing::Contains(HasSubstr("it is silent")));
}

TEST_F(ComponentLinkTest, SaysGoodByeWhenItStops) {
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return link->connected(); }));
  boost::asio::co_spawn(context, link->stop(), boost::asio::detached);
  ASSERT_TRUE(until([&] { return server.received.find("</stream:stream>") != std::string::npos; }));
}

TEST_F(ComponentLinkTest, StaysAwayFromDescriptorsThatSelectCannotStand) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit before = limit;
  limit.rlim_cur = FD_SETSIZE + 64;
  if (limit.rlim_max < limit.rlim_cur || ::setrlimit(RLIMIT_NOFILE, &limit) != 0) GTEST_SKIP() << "not so many here";
  server.listen();
  std::vector<int> taken;
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) {
    taken.push_back(fd);
    if (fd >= FD_SETSIZE) break;
  }
  start();
  ASSERT_TRUE(until([&] { return counters.connection_ends >= 2; }));
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("too many descriptors open")));
  for (const int fd : taken) ::close(fd);
  ASSERT_TRUE(until([&] { return link->connected(); }));
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace p2pns::xmpp
