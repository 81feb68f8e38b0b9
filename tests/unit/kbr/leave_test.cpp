// A node that stops on purpose says so, and only it can.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

struct Neighbours final : NeighbourObserver {
  void on_joined() override { ++joined; }
  void on_neighbour_joined(const NodeHandle&) override {}
  void on_neighbour_left(const NodeHandle& node) override { left.push_back(node.id); }
  int joined = 0;
  std::vector<NodeId> left;
};

std::size_t knowing(const Overlay& overlay, const NodeId& id) {
  return static_cast<std::size_t>(std::ranges::count_if(overlay.nodes, [&id](const auto& node) {
    return node->alive() && node->id() != id && node->kademlia().contacts().find(id);
  }));
}

TEST(Leave, AllSiblingsDropTheNodeAtOnceAndForGood) {
  Overlay overlay{announced_seed()};
  overlay.grow(40, 200ms);
  ASSERT_TRUE(overlay.wait_until_joined());
  overlay.network.run_for(20s);
  OverlayNode& leaving = overlay.any_alive();
  ASSERT_EQ(knowing(overlay, leaving.id()), 39U);
  leaving.kademlia().leave();
  EXPECT_FALSE(leaving.kademlia().joined());
  EXPECT_TRUE(overlay.network.run_until([&] { return knowing(overlay, leaving.id()) == 0; }, 200ms));
  // It still answers for a while, and others may name it: nobody takes it back.
  overlay.network.run_for(3min);
  EXPECT_EQ(knowing(overlay, leaving.id()), 0U);
}

TEST(Leave, NobodyCanSayItForAnotherNode) {
  Overlay overlay{announced_seed()};
  overlay.grow(20, 200ms);
  ASSERT_TRUE(overlay.wait_until_joined());
  overlay.network.run_for(5s);
  OverlayNode& asked = *overlay.nodes[3];
  OverlayNode& liar = *overlay.nodes[7];
  Neighbours seen;
  asked.kademlia().observe_neighbours(&seen);
  const Operation call =
      liar.channel().call(asked.handle(), wire::MessageType::leave, {}, 0, [](Result<rpc::Answer>) {});
  overlay.network.run_for(1s);
  EXPECT_EQ(seen.left, std::vector{liar.id()}) << "whoever says it, says it of itself";
  asked.kademlia().observe_neighbours(nullptr);
}

TEST(Leave, AnObserverIsToldOnceWhenItsNodeHasJoined) {
  Overlay overlay{announced_seed()};
  overlay.grow(5, 200ms);
  OverlayNode& newcomer = overlay.add();
  Neighbours seen;
  newcomer.kademlia().observe_neighbours(&seen);
  newcomer.kademlia().start({overlay.nodes[0]->host().address()});
  EXPECT_EQ(seen.joined, 0);
  ASSERT_TRUE(overlay.wait_until_joined());
  overlay.network.run_for(1min);
  EXPECT_EQ(seen.joined, 1);
  newcomer.kademlia().observe_neighbours(nullptr);
}

}  // namespace
}  // namespace p2pns::kbr::test
