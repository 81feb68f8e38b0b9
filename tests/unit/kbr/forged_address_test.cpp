// What a whole overlay node sends to an address that somebody else has put on a request.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

using p2pns::test::Captured;

class ForgedAddress : public ::testing::Test {
 protected:
  ForgedAddress() { node.kademlia().start({}); }

  /// A request of the attacker's, caught before it reaches the node.
  Captured request(wire::MessageType type, const ByteVector& body, std::size_t answer_bytes) {
    Captured caught;
    overlay.network.filter([&caught](const Captured& datagram) {
      caught = datagram;
      return false;
    });
    auto call = attacker.channel().call(node.handle(), type, body, answer_bytes, [](Result<rpc::Answer>) {});
    call.cancel();
    overlay.network.filter(nullptr);
    return caught;
  }
  /// Bytes the victim gets within ten minutes because of this one request.
  std::size_t bytes_to_victim(const Captured& request) {
    overlay.network.clear_captured();
    overlay.network.inject(victim, node.host().address(), request.bytes);
    overlay.network.run_for(10min);
    std::size_t sum = 0;
    for (const Captured& datagram : overlay.network.captured())
      if (datagram.to == victim) sum += datagram.bytes.size();
    return sum;
  }

  Overlay overlay{21};
  OverlayNode& node = overlay.add();
  ChannelNode attacker{overlay.network, address_of(1000), 7};
  const Endpoint victim = endpoint("192.0.2.80:53");
};

TEST_F(ForgedAddress, OfAStrangerGetsNoMoreBytesThanTheRequestHad) {
  const LookupRequest find_node = find_node_request(node.id(), wire::contacts_per_answer_maximum);
  const std::vector<Captured> requests{
      request(wire::MessageType::ping, wire::encode(wire::Ping{true}), 0),
      request(wire::MessageType::ping, wire::encode(wire::Ping{false}), 32),
      request(find_node.type, find_node.body, find_node.answer_bytes),
  };
  for (const Captured& each : requests) {
    const std::size_t bytes = bytes_to_victim(each);
    EXPECT_GT(bytes, 0U) << "it is served";
    EXPECT_LE(bytes, each.bytes.size());
  }
}

TEST_F(ForgedAddress, OfAContactGetsNoMoreBytesThanTheRequestHad) {
  attacker.channel().serve(wire::MessageType::ping, [](const rpc::Request&, rpc::Responder respond) {
    respond(wire::MessageType::pong, wire::encode(wire::Pong{true, {}}));
  });
  const Captured introduced = request(wire::MessageType::ping, wire::encode(wire::Ping{true}), 32);
  for (int i = 0; i < 2; ++i) {
    attacker.channel()
        .call(node.handle(), wire::MessageType::ping, wire::encode(wire::Ping{true}), 32, [](Result<rpc::Answer>) {})
        .detach();
    overlay.network.run_for(1s);
  }
  ASSERT_TRUE(node.kademlia().contacts().find(attacker.id()));
  const Captured known = request(wire::MessageType::ping, wire::encode(wire::Ping{true}), 32);
  EXPECT_LE(bytes_to_victim(introduced), introduced.bytes.size());
  EXPECT_LE(bytes_to_victim(known), known.bytes.size());
}

TEST_F(ForgedAddress, IsNotWhatANodeThatComesBackFromItsOwnHas) {
  ChannelNode& honest = attacker;
  for (int i = 0; i < 2; ++i) {
    honest.channel()
        .call(node.handle(), wire::MessageType::ping, wire::encode(wire::Ping{true}), 32, [](Result<rpc::Answer>) {})
        .detach();
    overlay.network.run_for(1s);
    const bool probed = std::ranges::any_of(overlay.network.captured(), [&](const Captured& datagram) {
      return datagram.to == honest.host().address() && std::to_integer<int>(datagram.bytes[1]) == 0x10;
    });
    EXPECT_EQ(probed, i == 1) << "with the cookie it may be probed";
  }
}

}  // namespace
}  // namespace p2pns::kbr::test
