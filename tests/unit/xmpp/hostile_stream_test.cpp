// A server that is none: whatever it sends, and whenever it ends, the link lives, uses little, and comes back.
#include "tests/support/seeded_random.hpp"
#include "tests/unit/xmpp/link_fixture.hpp"

namespace p2pns::xmpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string open_stream =
    "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
    "xmlns='jabber:component:accept' id='1'>";

struct HostileStream : LinkFixture {
  /// Sends this to every connection instead of a handshake, and closes when the other end does not.
  void say(std::string text, bool close = true) {
    server.on_connection = [text = std::move(text), close](FakeXmppServer& self) {
      self.send(text);
      if (close) self.disconnect();
    };
  }
  /// The link has stood three of it, and takes an honest server after it.
  void survives() {
    const auto before = counters.connection_ends;
    ASSERT_TRUE(until([&] { return counters.connection_ends >= before + 3; }));
    server.on_connection = nullptr;
    const int handshakes = connects;
    ASSERT_TRUE(until([&] { return connects > handshakes; }));
  }
};

TEST_F(HostileStream, BeforeTheHandshake) {
  server.listen();
  say("");
  start();
  for (const std::string& text :
       {std::string{""}, std::string{"junk"}, std::string(100'000, '<'), std::string(100'000, '\0'),
        std::string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, std::string{"<stream:stream/>"}, std::string{"<other>"},
        open_stream, open_stream + "</stream:stream>", open_stream + "<stream:error/>",
        open_stream + "<stream:error>text</stream:error>", open_stream + "<stream:error><a/></stream:error>",
        open_stream + "<error/>", open_stream + "<a></b>", open_stream + "<handshake/>", open_stream + "<handshake>",
        std::string{"<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams'>"},
        std::string{"<x:stream xmlns:x='http://etherx.jabber.org/streams' id='1'><y:z/>"}}) {
    SCOPED_TRACE(text.substr(0, 200));
    say(text);
    survives();
    server.disconnect();
  }
}

TEST_F(HostileStream, OpenButSayingNothing) {
  settings.silence = std::chrono::milliseconds{300};
  server.listen();
  say("", false);
  start();
  survives();
}

TEST_F(HostileStream, AfterTheHandshake) {
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return connects == 1; }));
  for (const char* text :
       {"<!DOCTYPE a [<!ENTITY b 'c'>]>", "<message>&b;</message>", "<stream:error/>", "<a></b>", "<a b=c/>",
        "</stream:stream>", "</stream:stream><message/>", "<message><![CDATA[x]]></message>", "\xff",
        "<message>\xff</message>", "<message><stream:error/></message></a>"}) {
    SCOPED_TRACE(text);
    const int before = connects;
    server.send(std::string{text} + "</stream:stream>");
    ASSERT_TRUE(until([&] { return connects > before || !link->connected(); }));
    ASSERT_TRUE(until([&] { return connects > before; }));
  }
}

TEST_F(HostileStream, GiantStanzasAreSkippedAndTheirSendersToldApart) {
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return connects == 1; }));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  std::string wide;
  for (int i = 0; i < 100'000; ++i) wide += "<a/>";
  server.send("<message id='1'>" + std::string(5'000'000, 'x') + "</message><message id='2'>" + wide +
              "</message><message id='3'>" + std::string(1'000'000, '\n') + "</message><message id='4'/>" +
              "<message id='5'>" + deep);
  ASSERT_TRUE(until([&] { return !stanzas.empty(); }));
  EXPECT_THAT(stanzas, ElementsAre("<message id=\"4\"/>"));
  EXPECT_THAT(skipped, ElementsAre("<message id='1'/>", "<message id='2'/>", "<message id='3'/>"));
  EXPECT_TRUE(link->connected());
  EXPECT_EQ(counters.streams_hostile, 0U);
}

TEST_F(HostileStream, TheWorstThatIsPassedOnTakesLittleTime) {
  server.listen();
  start();
  ASSERT_TRUE(until([&] { return connects == 1; }));
  // libstrophe looks at the whole text at each line feed, and at all siblings for each new one.
  std::string lines(stream_breaks_maximum, '\n');
  lines.insert(0, stream_stanza_maximum_bytes - lines.size() - 100, 'x');
  std::string wide;
  for (std::size_t i = 0; i < stream_tags_maximum - 10; ++i) wide += "<a/>";
  server.send("<message>" + lines + "</message><message>" + wide + "</message><message id='1'/>");
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(until([&] { return !stanzas.empty() && stanzas.back() == "<message id=\"1\"/>"; }));
  const auto took = std::chrono::steady_clock::now() - begin;
  std::printf("took %.0f ms\n", std::chrono::duration<double, std::milli>(took).count());
  EXPECT_LT(took, std::chrono::seconds{10});
}

TEST_F(HostileStream, RandomBytesCutAtRandomTimes) {
  test::SeededRandom random{test::announced_seed()};
  const std::vector<std::string> words{"<",
                                       ">",
                                       "/",
                                       "<a",
                                       "/>",
                                       "</a>",
                                       "<message>",
                                       "</message>",
                                       "'",
                                       "\"",
                                       "=",
                                       "&",
                                       "x",
                                       "<stream:error>",
                                       "</stream:error>",
                                       "<handshake/>",
                                       "</stream:stream>",
                                       " ",
                                       "\n",
                                       "<iq type='get' from='a@b/c' to='p2p'/>",
                                       "\xe2\x82",
                                       "\0"};
  server.listen();
  start();
  for (int round = 0; round < 60; ++round) {
    std::string text = random.below(2) == 0 ? open_stream : std::string{};
    for (std::uint64_t i = random.below(60); i > 0; --i) text += words[random.below(words.size())];
    const auto before = counters.connection_ends;
    say(text.substr(0, random.below(text.size() + 1)));
    server.disconnect();
    ASSERT_TRUE(until([&] { return counters.connection_ends > before; })) << text;
  }
  server.on_connection = nullptr;
  server.disconnect();
  ASSERT_TRUE(until([&] { return link->connected() && server.handshakes > 0; }));
}

}  // namespace
}  // namespace p2pns::xmpp
