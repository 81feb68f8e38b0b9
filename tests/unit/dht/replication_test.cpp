// Records follow the nodes: repair when siblings change, comparison when nothing happens, hand-over at the end.
#include "core/dht/replication.hpp"

#include <algorithm>

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;

class ReplicationTest : public testing::Test {
 protected:
  explicit ReplicationTest(std::size_t nodes = 40, std::size_t liars = 0)
      : overlay(nodes, 5, liars), owner(overlay.random), rival(overlay.random) {
    overlay.start_replication();
    overlay.network.run_for(3s);
  }

  void put(DhtNode& node, const VerifiedRecord& record) {
    node.store.put(record, [](const Result<void>&) {}).detach();
  }
  std::optional<VerifiedRecord> at(const DhtNode& node, std::string_view label) {
    return node.store.find(name_position("p2p", label, 0), RecordType::binding);
  }
  /// The live nodes nearest to the name, nearest first.
  std::vector<DhtNode*> live_replicas(std::string_view label, std::size_t count) {
    auto nodes = overlay.replicas_of(label, overlay.size());
    std::erase_if(nodes, [](const DhtNode* node) { return !node->on; });
    nodes.resize(std::min(count, nodes.size()));
    return nodes;
  }
  void store_at_replicas(std::string_view label, std::size_t count = storing_nodes) {
    for (DhtNode* node : live_replicas(label, count)) put(*node, verified(owner.binding(std::string{label}), owner));
  }
  std::size_t holding(std::string_view label, std::size_t count) {
    return static_cast<std::size_t>(std::ranges::count_if(
        live_replicas(label, count), [&](const DhtNode* node) { return at(*node, label).has_value(); }));
  }
  bool wait_until_held(std::string_view label, std::size_t by, Duration limit) {
    return overlay.network.run_until([&] { return holding(label, by) == by; }, limit);
  }
  void crash(DhtNode& node) {
    node.switch_off();
    overlay.introduce();
  }
  ReplicationCounters sum() {
    ReplicationCounters total;
    for (std::size_t i = 0; i < overlay.size(); ++i) {
      if (!overlay.node(i).dht) continue;
      const auto counters = overlay.node(i).dht->replication().counters;
      total.handed_over += counters.handed_over;
      total.offered += counters.offered;
      total.bytes_sent += counters.bytes_sent;
      total.comparisons += counters.comparisons;
      total.differences += counters.differences;
      total.lies += counters.lies;
    }
    return total;
  }

  DhtOverlay overlay;
  Owner owner;
  Owner rival;
};

TEST_F(ReplicationTest, WhoMovesUpAfterACrashGetsTheRecords) {
  for (int i = 0; i < 20; ++i) store_at_replicas("name" + std::to_string(i));
  DhtNode& dead = *live_replicas("name0", 1).front();
  crash(dead);
  ASSERT_EQ(holding("name0", storing_nodes), storing_nodes - 1);
  overlay.network.run_for(repair_delay_maximum + 5s);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(holding("name" + std::to_string(i), storing_nodes), storing_nodes) << i;
  EXPECT_LE(sum().handed_over, 40U) << "each record travels to who moves up, not to everybody";
}

TEST_F(ReplicationTest, ManyChangesAreHandledInOneWalk) {
  for (int i = 0; i < 20; ++i) store_at_replicas("name" + std::to_string(i));
  for (int i = 0; i < 6; ++i) {
    live_replicas("name0", 1).front()->switch_off();
    overlay.introduce();
    overlay.network.run_for(100ms);
  }
  overlay.network.run_for(repair_delay_maximum + 10s);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(holding("name" + std::to_string(i), storing_nodes), storing_nodes) << i;
}

TEST_F(ReplicationTest, RepairIsRateLimitedUnderChurn) {
  for (int i = 0; i < 50; ++i) store_at_replicas("name" + std::to_string(i));
  const std::uint64_t before = sum().bytes_sent;
  DhtNode& flapping = *live_replicas("name0", 1).front();
  for (int i = 0; i < 120; ++i) {  // two minutes, a change a second
    flapping.on = !flapping.on;
    overlay.introduce();
    overlay.network.run_for(1s);
  }
  const double per_node_second = static_cast<double>(sum().bytes_sent - before) / 40 / 120;
  std::printf("replication under churn: %.0f bytes a second and node\n", per_node_second);
  EXPECT_LT(per_node_second, 500);
}

TEST_F(ReplicationTest, WhatIsMissingIsFoundByComparing) {
  for (int i = 0; i < 30; ++i) store_at_replicas("name" + std::to_string(i), 16);
  std::size_t most = 0;
  EXPECT_TRUE(overlay.network.run_until(
      [&] {
        most = 0;
        for (int i = 0; i < 30; ++i) most += holding("name" + std::to_string(i), storing_nodes);
        return most == 30 * storing_nodes;
      },
      20min))
      << most << " of " << 30 * storing_nodes;
  const auto counters = sum();
  EXPECT_LT(counters.handed_over, 30U * 8 * 2) << "what is there does not travel";
}

TEST_F(ReplicationTest, TheNewerRecordOfAnOwnerWinsEverywhere) {
  store_at_replicas("alice");
  put(*live_replicas("alice", 5).back(), verified(owner.binding("alice", 9), owner));
  EXPECT_TRUE(overlay.network.run_until(
      [&] {
        return std::ranges::all_of(live_replicas("alice", storing_nodes), [&](const DhtNode* node) {
          const auto record = at(*node, "alice");
          return record && record->sequence() == 9;
        });
      },
      30min));
}

TEST_F(ReplicationTest, AnotherOwnersRecordIsNotOverwritten) {
  store_at_replicas("alice");
  DhtNode& odd = *live_replicas("alice", 1).front();
  put(odd, verified(rival.binding("alice"), rival));
  overlay.network.run_for(20min);
  EXPECT_EQ(at(odd, "alice")->owner(), rival.keys.public_key()) << "votes decide, not the last message";
  EXPECT_EQ(overlay.holders("alice", owner), storing_nodes - 1);
}

// The owner released it at the 16 who are asked; the others, and one who was away, still have it.
TEST_F(ReplicationTest, AReleasedNameDoesNotComeBack) {
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice"), owner));
  ASSERT_TRUE(wait_until_held("alice", storing_nodes, 20min));
  ASSERT_TRUE(overlay.release(0, owner.binding("alice"), owner));
  ASSERT_GT(overlay.holders("alice", owner), 0U);
  EXPECT_TRUE(overlay.network.run_until([&] { return overlay.holders("alice", owner) == 0; }, 30min));
  overlay.network.run_for(5min);
  EXPECT_EQ(overlay.holders("alice", owner), 0U);
}

TEST_F(ReplicationTest, IdleReplicasExchangeDigestsOnly) {
  for (int i = 0; i < 200; ++i) store_at_replicas("name" + std::to_string(i));
  overlay.network.run_for(2min);
  const auto before = sum();
  overlay.network.run_for(10min);
  const auto after = sum();
  const double per_node_second = static_cast<double>(after.bytes_sent - before.bytes_sent) / 40 / 600;
  std::printf("idle: %.1f bytes of replication a second and node, %zu comparisons\n", per_node_second,
              static_cast<std::size_t>(after.comparisons - before.comparisons));
  EXPECT_EQ(after.handed_over, before.handed_over);
  EXPECT_EQ(after.differences, before.differences);
  EXPECT_GT(after.comparisons, before.comparisons + 200);
  EXPECT_LT(per_node_second, 20);
}

TEST_F(ReplicationTest, ALeavingNodeHandsOverToWhoMovesUp) {
  for (int i = 0; i < 50; ++i) store_at_replicas("name" + std::to_string(i));
  DhtNode& leaving = *live_replicas("name0", 1).front();
  leaving.routing.set_joined(false);
  leaving.on = false;  // the others have dropped it; it still sends
  overlay.introduce();
  bool done = false;
  leaving.dht->hand_over([&] { done = true; });
  ASSERT_TRUE(overlay.network.run_until([&] { return done; }, 2s)) << "long before the others repair";
  for (int i = 0; i < 50; ++i) EXPECT_EQ(holding("name" + std::to_string(i), storing_nodes), storing_nodes) << i;
}

TEST_F(ReplicationTest, ARecordIsDroppedOnlyWhenTwelveOfSixteenHaveIt) {
  // Far away from its position, and five of those who should have it take nothing.
  DhtNode& far = *overlay.replicas_of("alice", 40).back();
  put(far, verified(owner.binding("alice"), owner));
  const auto nearest = live_replicas("alice", 16);
  const auto holders = [&] { return std::ranges::count_if(nearest, [&](auto* node) { return !!at(*node, "alice"); }); };
  for (std::size_t i = 0; i < 5; ++i) nearest[i]->switch_off();  // silent, and still in everybody's lists
  overlay.network.run_for(2 * surplus_interval_maximum);
  EXPECT_EQ(holders(), 11);
  EXPECT_TRUE(at(far, "alice"));
  nearest[0]->switch_on();
  overlay.network.run_for(2 * surplus_interval_maximum);
  EXPECT_EQ(holders(), 12);
  EXPECT_FALSE(at(far, "alice"));
  EXPECT_EQ(far.dht->replica().counters().dropped, 1U);
}

TEST_F(ReplicationTest, CountsNoDhtWrites) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(overlay.claim(i, owner.binding("name" + std::to_string(i)), owner));
  ASSERT_EQ(overlay.writes(), 160U);
  crash(*live_replicas("name0", 1).front());
  const std::uint64_t writes = overlay.writes();
  overlay.network.run_for(10min);
  EXPECT_EQ(overlay.writes(), writes);
  EXPECT_GT(sum().handed_over, 0U);
}

class LyingNeighbourTest : public ReplicationTest {
 protected:
  LyingNeighbourTest() : ReplicationTest(10, 1) {}
};

TEST_F(LyingNeighbourTest, DigestsThatAlwaysDifferCostABoundedNumberOfCalls) {
  std::size_t asked = 0;
  DhtNode& liar = overlay.node(10);
  liar.channel.serve(MessageType::compare_ranges, [&](const rpc::Request& request, const rpc::Responder& respond) {
    ++asked;
    const auto compare = wire::decode_compare_ranges(request.body);
    respond(MessageType::compared, wire::encode(wire::Compared{(1U << compare->ranges.size()) - 1}));
  });
  liar.channel.serve(MessageType::pull_range, [&](const rpc::Request&, const rpc::Responder& respond) {
    ++asked;
    respond(MessageType::range_page, wire::encode(wire::RangePage{~std::uint64_t{0}, {}, {}}));
  });
  for (int i = 0; i < 200; ++i) store_at_replicas("name" + std::to_string(i));
  overlay.network.run_for(2min);
  std::uint64_t before = sum().comparisons;
  asked = 0;
  overlay.network.run_for(10min);
  const double comparisons = static_cast<double>(sum().comparisons - before) / 10;  // one of ten neighbours lies
  std::printf("a liar was asked %zu times in about %.0f comparisons\n", asked, comparisons);
  EXPECT_LT(static_cast<double>(asked), comparisons * 60);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(holding("name" + std::to_string(i), 10), 10U);
}

TEST_F(LyingNeighbourTest, ForgedRecordsAreNotStoredAndCounted) {
  const VerifiedRecord record = verified(owner.binding("alice"), owner);
  ByteVector forged = record.bytes();
  forged[forged.size() - 70] ^= std::byte{1};
  DhtNode& liar = overlay.node(10);
  std::optional<wire::HandedOver> answer;
  const Operation call =
      liar.channel.call(overlay.node(0).handle(), MessageType::hand_over,
                        wire::encode(wire::HandOver{{{1, forged}, {1, record.bytes()}, {9, record.bytes()}}}), 500,
                        [&](const Result<rpc::Answer>& got) {
                          ASSERT_TRUE(got);
                          ASSERT_EQ(got->type, MessageType::handed_over);
                          answer = *wire::decode_handed_over(got->body);
                        });
  overlay.network.run_for(1s);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->items[0].verdict, wire::StoreVerdict::invalid);
  EXPECT_EQ(answer->items[1].verdict, wire::StoreVerdict::stored);
  EXPECT_EQ(answer->items[2].verdict, wire::StoreVerdict::invalid);
  EXPECT_EQ(overlay.node(0).store.size(), 1U);
}

}  // namespace
}  // namespace p2pns::dht
