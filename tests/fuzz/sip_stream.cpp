// A TCP stream of SIP messages: the first byte says in which pieces it comes, which must make no difference.
#include <vector>

#include "frontends/sip/message.hpp"
#include "frontends/sip/stream_framer.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace sip;

/// Everything the framer says until it wants more; false: it gave up.
bool take_events(StreamFramer& framer, std::vector<std::string>& events) {
  while (true) {
    const auto event = framer.next();
    if (!event) {
      events.push_back("error");
      return false;
    }
    if (*event == StreamFramer::Event::nothing) return true;
    events.emplace_back(*event == StreamFramer::Event::ping ? "ping" : framer.text());
    if (*event != StreamFramer::Event::message) continue;
    const auto message = SipMessage::parse(framer.text());
    require(message && message->to_text() == framer.text(), "a message of a stream is one message");
  }
}

std::vector<std::string> events_of(std::string_view stream, std::size_t piece) {
  StreamFramer framer;
  std::vector<std::string> events;
  for (std::size_t i = 0; i < stream.size(); i += piece) {
    framer.add(stream.substr(i, piece));
    if (!take_events(framer, events)) break;
    require(framer.waiting_bytes() <= message_maximum_bytes + piece, "no more waits than one message");
  }
  return events;
}

}  // namespace

void run(Bytes input) {
  if (input.empty()) return;
  const std::size_t piece = 1 + std::to_integer<std::size_t>(input.front());
  const std::string_view stream = as_text(input.subspan(1));
  require(events_of(stream, stream.size() + 1) == events_of(stream, piece), "pieces make no difference");
}

}  // namespace p2pns::fuzz
