#include <array>
#include <gtest/gtest.h>
#include <set>

#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

TEST(Join, NodeWithoutSeedsBeginsAnOverlayOfItsOwn) {
  Overlay overlay{1};
  OverlayNode& alone = overlay.add();
  EXPECT_FALSE(alone.kademlia().joined());
  alone.kademlia().start({});
  ASSERT_TRUE(overlay.wait_until_joined(1s));
  const auto found = overlay.lookup(alone, overlay.random_key());
  ASSERT_TRUE(found->ok());
  ASSERT_EQ(found->result->answers.size(), 1U);
  EXPECT_TRUE(found->result->answers[0].self);
  EXPECT_TRUE(alone.kademlia().responsible_for(overlay.random_key(), 1));
}

TEST(Join, NodeWhoseOnlySeedIsItselfBegins) {
  Overlay overlay{2};
  OverlayNode& alone = overlay.add();
  alone.kademlia().start({alone.host().address()});
  EXPECT_TRUE(overlay.wait_until_joined(3s));
}

TEST(Join, NodeWhoseSeedsAreSilentDoesNotBegin) {
  Overlay overlay{3};
  OverlayNode& alone = overlay.add();
  alone.kademlia().start({endpoint("10.9.9.9:1")});
  overlay.network.run_for(60s);
  EXPECT_FALSE(alone.kademlia().joined());
  const auto found = overlay.lookup(alone, overlay.random_key());
  EXPECT_TRUE(found->failed_with(Errc::no_peers));
}

TEST(Join, NodeWhoseSeedsAreToComeWaitsForThem) {
  Overlay overlay{5};
  OverlayNode& waiting = overlay.add();
  waiting.kademlia().start({}, true);
  overlay.network.run_for(200s);
  EXPECT_FALSE(waiting.kademlia().joined());
  OverlayNode& seed = overlay.add();
  seed.kademlia().start({});
  const std::array found{seed.host().address()};
  waiting.kademlia().set_found_seeds(found);
  EXPECT_TRUE(overlay.wait_until_joined(2s));
  EXPECT_EQ(waiting.kademlia().siblings(), 1U);
}

TEST(Join, SeedsThatAreFoundReplaceThoseFoundBeforeAndNoOthers) {
  Overlay overlay{6};
  OverlayNode& node = overlay.add();
  const Endpoint configured = endpoint("10.9.9.1:1"), gone = endpoint("10.9.9.2:1"), moved = endpoint("10.9.9.3:1");
  node.kademlia().start({configured}, true);
  node.kademlia().set_found_seeds(std::array{gone, configured});
  overlay.network.run_for(30s);
  node.kademlia().set_found_seeds(std::array{moved});
  overlay.network.run_for(30s);
  std::set<Endpoint> asked;
  overlay.network.filter([&](const p2pns::test::Captured& sent) {
    asked.insert(sent.to);
    return true;
  });
  overlay.network.run_for(60s);
  EXPECT_EQ(asked, (std::set{configured, moved}));
}

TEST(Join, TakesAsManySeedsAsItHasPlacesFor) {
  Overlay overlay{7};
  OverlayNode& node = overlay.add();
  std::vector<Endpoint> found;
  for (std::size_t i = 0; i < seeds_maximum + 10; ++i) found.push_back(endpoint("10.9.9.1:" + std::to_string(i + 1)));
  node.kademlia().start({}, true);
  node.kademlia().set_found_seeds(found);
  std::set<Endpoint> asked;
  overlay.network.filter([&](const p2pns::test::Captured& sent) {
    asked.insert(sent.to);
    return true;
  });
  overlay.network.run_for(30min);
  EXPECT_EQ(asked.size(), seeds_maximum);
}

TEST(Join, SeedThatStartsLateIsFound) {
  Overlay overlay{4};
  OverlayNode& early = overlay.add();
  early.kademlia().start({address_of(1)});
  overlay.network.run_for(30s);
  OverlayNode& late = overlay.add();
  late.kademlia().start({});
  EXPECT_TRUE(overlay.wait_until_joined(10s));
  EXPECT_EQ(early.kademlia().siblings(), 1U);
}

class TogetherStart : public ::testing::TestWithParam<std::size_t> {};

TEST_P(TogetherStart, NodesThatAreEachOthersSeedsFormOneOverlay) {
  const std::uint64_t seed = announced_seed();
  Overlay overlay{seed};
  const std::size_t count = GetParam();
  for (std::size_t i = 0; i < count; ++i) overlay.add();
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<Endpoint> seeds;
    for (std::size_t other = 0; other < count; ++other)
      if (other != i) seeds.push_back(address_of(other));
    overlay.nodes[i]->kademlia().start(std::move(seeds));
  }
  ASSERT_TRUE(overlay.wait_until_joined(15s));
  EXPECT_TRUE(overlay.network.run_until([&] { return overlay.wrong_neighbourhoods(16) == 0; }, 15s));
}

TEST_P(TogetherStart, NodesInARingOfSeedsFormOneOverlay) {
  const std::uint64_t seed = announced_seed();
  Overlay overlay{seed};
  const std::size_t count = GetParam();
  for (std::size_t i = 0; i < count; ++i) overlay.add();
  for (std::size_t i = 0; i < count; ++i) overlay.nodes[i]->kademlia().start({address_of((i + 1) % count)});
  ASSERT_TRUE(overlay.wait_until_joined(30s));
  EXPECT_TRUE(overlay.network.run_until([&] { return overlay.wrong_neighbourhoods(16) == 0; }, 90s));
}

INSTANTIATE_TEST_SUITE_P(Sizes, TogetherStart, ::testing::Values(2, 3, 5, 8));

TEST(Join, NodesThatStartAtOnceAtOneSeedKnowTheirNeighbours) {
  const std::uint64_t seed = announced_seed();
  Overlay overlay{seed};
  overlay.network.conditions().loss = 0.02;
  for (std::size_t i = 0; i < 60; ++i) overlay.add();
  for (const auto& node : overlay.nodes)
    node->kademlia().start(node->host().address() == address_of(0) ? std::vector<Endpoint>{}
                                                                   : std::vector<Endpoint>{address_of(0)});
  ASSERT_TRUE(overlay.wait_until_joined());
  const TimePoint joined = overlay.network.now();
  EXPECT_TRUE(overlay.network.run_until([&] { return overlay.wrong_neighbourhoods(16) == 0; }, 60s));
  std::printf("right %lld ms after the last one joined\n",
              static_cast<long long>((overlay.network.now() - joined) / 1ms));
}

TEST(Join, TwoOverlaysMeetWhenTheSeedOfOneIsInTheOther) {
  const std::uint64_t seed = announced_seed();
  Overlay overlay{seed};
  overlay.grow(5, 2s);
  // It begins alone, as its seed is down; the seed comes back as a member of the larger overlay.
  OverlayNode& lonely = overlay.add();
  OverlayNode& seed_node = overlay.add();
  lonely.kademlia().start({lonely.host().address()});
  overlay.network.run_for(3s);
  ASSERT_TRUE(lonely.kademlia().joined());
  ASSERT_EQ(lonely.kademlia().siblings(), 0U);
  seed_node.kademlia().start({lonely.host().address(), address_of(0)});
  EXPECT_TRUE(overlay.network.run_until([&] { return overlay.wrong_neighbourhoods(16) == 0; }, 60s));
}

/// Addresses that a node which lost everybody goes on asking. It has no seeds.
std::set<Endpoint> asked_when_alone(std::size_t others) {
  Overlay overlay{announced_seed()};
  overlay.grow(others + 1, 100ms);
  overlay.network.run_for(90s);
  const Endpoint alone = overlay.nodes.front()->host().address();
  overlay.network.filter([alone](const p2pns::test::Captured& sent) { return sent.from != alone && sent.to != alone; });
  overlay.network.run_for(10min);
  EXPECT_EQ(overlay.nodes.front()->kademlia().known_nodes(), 0U);
  overlay.network.clear_captured();
  overlay.network.run_for(10min);
  std::set<Endpoint> asked;
  for (const auto& sent : overlay.network.captured())
    if (sent.from == alone) asked.insert(sent.to);
  return asked;
}

TEST(Join, NodeThatLostEverybodyAsksThirtyTwoOfThemForEver) {
  EXPECT_EQ(asked_when_alone(former_contacts_maximum - 1).size(), former_contacts_maximum - 1);
  EXPECT_EQ(asked_when_alone(former_contacts_maximum).size(), former_contacts_maximum);
  EXPECT_EQ(asked_when_alone(former_contacts_maximum + 10).size(), former_contacts_maximum);
}

TEST(Join, NodeThatHasNotJoinedIsInNobodysTables) {
  Overlay overlay{7};
  overlay.grow(3, 2s);
  ASSERT_TRUE(overlay.wait_until_joined());
  // It asks everybody, and says in its PONG that it does not serve.
  ChannelNode half{overlay.network, endpoint("10.200.0.1:4222"), 99};
  std::size_t pings = 0;
  half.channel().serve(wire::MessageType::ping, [&pings](const rpc::Request& request, rpc::Responder respond) {
    ++pings;
    respond(wire::MessageType::pong, wire::encode(wire::Pong{false, request.from.endpoints.front()}));
  });
  for (int i = 0; i < 30; ++i) {
    for (const auto& node : overlay.nodes)
      half.channel()
          .call(node->handle(), wire::MessageType::ping, wire::encode(wire::Ping{false}), 32,
                [](Result<rpc::Answer>) {})
          .detach();
    overlay.network.run_for(1s);
  }
  for (const auto& node : overlay.nodes) EXPECT_EQ(node->kademlia().known_nodes(), 2U);
  EXPECT_GT(pings, 0U);
  EXPECT_LE(pings, 3U * 3U) << "asked again and again";
}

}  // namespace
}  // namespace p2pns::kbr::test
