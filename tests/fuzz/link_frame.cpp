// What a peer says over a link: as frames, however they are cut, and to a link that is up.
#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/link/link_hosts.hpp"

namespace p2pns::fuzz {
namespace {

using namespace link;

/// The first byte says in how large pieces the rest arrives.
void check_frames(Bytes input) {
  if (input.empty()) return;
  const std::size_t piece = 1 + std::to_integer<std::size_t>(input[0]) * 8;
  FrameReader reader;
  ByteVector again;
  bool refused = false;
  for (Bytes rest = input.subspan(1); !rest.empty() && !refused; rest = rest.subspan(std::min(piece, rest.size()))) {
    reader.feed(rest.first(std::min(piece, rest.size())));
    auto frame = reader.next();
    for (; frame && *frame; frame = reader.next()) append_frame(again, **frame);
    refused = !frame;
    require(refused || reader.held_bytes() < frame_maximum_bytes, "no more than one frame is held");
  }
  // An unknown outcome is read as a refusal, so only the lengths are the same.
  require(again.size() + 1 <= input.size(), "a frame has one length");
}

class Stream final : public LinkStream {
 public:
  void wake() override {}
  void close() override { link.reset(); }
  std::shared_ptr<Link> link;
};

void say(Stream& stream, Bytes bytes) {
  const auto link = stream.link;  // it may end meanwhile
  if (link) link->on_bytes(bytes);
}

void check_link(Bytes input) {
  test::LinkHosts hosts(1);
  test::LinkHost& host = hosts.add();
  host.keep("sip");
  host.hold("xmpp");
  Stream stream;
  stream.link = host.hub().attach(stream, NodeId{}, true, hosts.now() + std::chrono::seconds{5});
  ByteVector hello;
  append_frame(hello, Hello{});
  say(stream, hello);
  host.send(NodeId{}, "sip", "so that there is something to answer");
  hosts.settle();
  if (const auto link = stream.link) (void)link->take_output();
  say(stream, input);
  hosts.settle();
  require(host.hub().received_bytes() <= input.size(), "no more is held than was said");
  hosts.run_for(std::chrono::minutes{1});
  require(!stream.link, "a peer that says nothing more is given up");
  while (!host.held.empty()) host.finish();  // what a receiver has counts until it is done
  require(host.hub().received_bytes() == 0 && host.hub().queued_bytes() == 0, "and nothing of it is held");
  require(host.outcomes.size() == 1, "and the sender was told");
}

}  // namespace

void run(Bytes input) {
  check_frames(input);
  check_link(input);
}

}  // namespace p2pns::fuzz
