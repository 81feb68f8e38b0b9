#include "frontends/sip/stream_framer.hpp"

#include "frontends/sip/message.hpp"
#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

using Event = StreamFramer::Event;

std::vector<std::string> events_of(StreamFramer& framer) {
  std::vector<std::string> events;
  while (true) {
    const auto event = framer.next();
    if (!event) {
      events.push_back("error: " + std::string{event.error() == Errc::too_large ? "too large" : "malformed"});
      return events;
    }
    if (*event == Event::nothing) return events;
    events.push_back(*event == Event::ping ? "ping" : std::string{framer.text()});
  }
}

TEST(StreamFramer, CutsAStreamIntoMessagesHoweverItCame) {
  const std::string stream = invite_text + "\r\n" + invite_text + "\r\n\r\n" + register_text("a@p2p", {});
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{100}, stream.size()}) {
    StreamFramer framer;
    std::vector<std::string> events;
    for (std::size_t i = 0; i < stream.size(); i += step) {
      framer.add(stream.substr(i, step));
      for (std::string& event : events_of(framer)) events.push_back(std::move(event));
    }
    EXPECT_THAT(events, testing::ElementsAre(invite_text, invite_text, "ping", register_text("a@p2p", {}))) << step;
    EXPECT_EQ(framer.waiting_bytes(), 0U);
  }
}

TEST(StreamFramer, WantsContentLength) {
  for (const char* header : {"", "l: x\r\n", "l: 1\r\nl: 1\r\n", "Content-Length: -1\r\n"}) {
    StreamFramer framer;
    const std::string text = "OPTIONS sip:a@b SIP/2.0\r\n" + std::string{header} + "\r\n";
    framer.add(text);
    EXPECT_THAT(events_of(framer), testing::ElementsAre("error: malformed")) << header;
    EXPECT_EQ(framer.text(), text) << "so that it can be answered";
  }
}

TEST(StreamFramer, GivesUpOnWhatIsNoSip) {
  StreamFramer framer;
  framer.add("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(events_of(framer), testing::ElementsAre("error: malformed"));
}

TEST(StreamFramer, HandsOutMessagesWithADefect) {
  StreamFramer framer;
  const std::string text = "OPTIONS sip:a@b SIP/2.0 \r\nl: 2\r\n\r\nab";
  framer.add(text);
  EXPECT_THAT(events_of(framer), testing::ElementsAre(text));
}

TEST(StreamFramer, HasLimits) {
  const auto events_for = [](std::size_t body) {
    StreamFramer framer;
    const std::string header = "OPTIONS sip:a@b SIP/2.0\r\nl: " + std::to_string(body) + "\r\n\r\n";
    framer.add(header + std::string(body, 'x'));
    const auto events = events_of(framer);
    return events.size() == 1 && events[0].size() == header.size() + body ? "one message" : events.at(0);
  };
  const std::size_t fitting =
      message_maximum_bytes - std::string_view{"OPTIONS sip:a@b SIP/2.0\r\nl: 12345\r\n\r\n"}.size();
  EXPECT_EQ(events_for(fitting), "one message");
  EXPECT_EQ(events_for(fitting + 1), "error: too large");
  EXPECT_EQ(events_for(4'294'967'295U - 4'294'900'000U), "error: too large");
  StreamFramer endless;
  endless.add(std::string(message_maximum_bytes, 'x'));
  EXPECT_TRUE(events_of(endless).empty());
  endless.add("x");
  EXPECT_THAT(events_of(endless), testing::ElementsAre("error: too large"));
}

}  // namespace
}  // namespace p2pns::sip
