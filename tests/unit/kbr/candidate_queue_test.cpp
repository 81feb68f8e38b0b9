#include "core/kbr/candidate_queue.hpp"

#include <gtest/gtest.h>

#include "core/kbr/recent_memory.hpp"
#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

constexpr TimePoint now = p2pns::test::network_start;

TEST(CandidateQueue, GivesTheNearestOfThoseThatAreDue) {
  SeededRandom random{1};
  const NodeId self = random.value<NodeId>();
  CandidateQueue queue{self};
  std::vector<NodeHandle> nodes;
  for (int i = 0; i < 20; ++i) nodes.push_back(stranger(random));
  for (const NodeHandle& node : nodes) queue.offer(node, now + (node.id == nodes[0].id ? 1s : 0s));
  std::optional<NodeHandle> before;
  for (int i = 0; i < 19; ++i) {
    const auto taken = queue.take(now);
    ASSERT_TRUE(taken);
    EXPECT_NE(taken->id, nodes[0].id);
    EXPECT_TRUE(!before || closer(self, before->id, taken->id));
    before = taken;
  }
  EXPECT_FALSE(queue.take(now));
  EXPECT_EQ(queue.next_due(), now + 1s);
  EXPECT_TRUE(queue.take(now + 1s));
  EXPECT_FALSE(queue.next_due());
}

TEST(CandidateQueue, HoldsItsMaximumAndThenOnlyNearerOnes) {
  SeededRandom random{2};
  const NodeId self = random.value<NodeId>();
  CandidateQueue queue{self};
  NodeId farthest = self;
  for (std::size_t i = 0; i < candidates_maximum; ++i) {
    const NodeHandle node = stranger(random);
    EXPECT_TRUE(queue.offer(node, now));
    if (closer(self, farthest, node.id)) farthest = node.id;
  }
  EXPECT_EQ(queue.size(), candidates_maximum);
  std::size_t taken_in = 0;
  for (int i = 0; i < 100; ++i) {
    const NodeHandle node = stranger(random);
    const bool nearer = closer(self, node.id, farthest);
    const bool accepted = queue.offer(node, now);
    EXPECT_TRUE(nearer || !accepted);
    taken_in += accepted ? 1 : 0;
    EXPECT_EQ(queue.size(), candidates_maximum);
  }
  EXPECT_GT(taken_in, 0U);
}

TEST(CandidateQueue, OfferedAgainItKeepsOnePlaceAndTheEarlierTime) {
  SeededRandom random{3};
  CandidateQueue queue{random.value<NodeId>()};
  NodeHandle node = stranger(random);
  queue.offer(node, now + 2s);
  node.endpoints.assign(1, endpoint("192.0.2.1:9"));
  queue.offer(node, now);
  EXPECT_EQ(queue.size(), 1U);
  const auto taken = queue.take(now);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->endpoints.front(), endpoint("192.0.2.1:9"));
}

TEST(CandidateQueue, ShowsTheNearestDueAndSaysWhoIsDue) {
  SeededRandom random{7};
  const NodeId self = random.value<NodeId>();
  CandidateQueue queue{self};
  EXPECT_EQ(queue.nearest_due(now), nullptr);
  const NodeHandle later = stranger(random);
  queue.offer(later, now + 1s);
  const auto is_later = [&](const NodeHandle& node) { return node.id == later.id; };
  EXPECT_EQ(queue.nearest_due(now), nullptr);
  EXPECT_FALSE(queue.any_due(now, is_later));
  ASSERT_NE(queue.nearest_due(now + 1s), nullptr);
  EXPECT_EQ(queue.nearest_due(now + 1s)->id, later.id);
  EXPECT_TRUE(queue.any_due(now + 1s, is_later));
  EXPECT_FALSE(queue.any_due(now + 1s, [](const NodeHandle&) { return false; }));
  EXPECT_EQ(queue.size(), 1U);
}

TEST(RecentMemory, ForgetsAfterItsLifeAndNotBefore) {
  SeededRandom random{4};
  RecentMemory memory{10s, 100};
  const NodeId id = random.value<NodeId>();
  memory.remember(id, now);
  EXPECT_TRUE(memory.remembers(id, now + 9s));
  EXPECT_FALSE(memory.remembers(id, now + 10s));
  memory.remember(id, now + 5s);
  EXPECT_TRUE(memory.remembers(id, now + 14s));
  memory.forget(id);
  EXPECT_FALSE(memory.remembers(id, now + 6s));
}

TEST(RecentMemory, CountsUntilItForgets) {
  SeededRandom random{6};
  RecentMemory memory{10s, 100};
  const NodeId id = random.value<NodeId>();
  EXPECT_EQ(memory.remember(id, now).times, 1);
  EXPECT_EQ(memory.remember(id, now + 9s).times, 2);
  EXPECT_EQ(memory.remember(id, now + 18s).times, 3);
  EXPECT_EQ(memory.find(id, now + 20s)->last, now + 18s);
  EXPECT_EQ(memory.remember(id, now + 28s).times, 1);
}

TEST(RecentMemory, ForgetsTheOldestWhenItIsFull) {
  SeededRandom random{5};
  RecentMemory memory{10s, 3};
  std::vector<NodeId> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(random.value<NodeId>());
    memory.remember(ids.back(), now);
    EXPECT_LE(memory.size(), 3U);
  }
  EXPECT_FALSE(memory.remembers(ids[0], now));
  for (int i = 1; i < 4; ++i) EXPECT_TRUE(memory.remembers(ids[static_cast<std::size_t>(i)], now));
}

}  // namespace
}  // namespace p2pns::kbr::test
