// Published copies follow the nodes as their bindings do, right behind them, and never without them.
#include <algorithm>

#include "core/dht/replication.hpp"
#include "tests/unit/dht/set_samples.hpp"

namespace p2pns::dht {
namespace {

const Key alice = name_position("p2p", "alice", 0);

class CopyReplicationTest : public testing::Test {
 protected:
  explicit CopyReplicationTest(std::size_t nodes = 40) : overlay(nodes, 6), owner(overlay.random) {
    overlay.start_replication();
    overlay.network.run_for(3s);
  }

  void put(DhtNode& node, const VerifiedRecord& record) {
    node.store.put(record, [](const Result<void>&) {}).detach();
  }
  std::optional<VerifiedRecord> copy_at(const DhtNode& node) { return node.store.find(alice, RecordType::record_set); }
  bool binding_at(const DhtNode& node) { return node.store.find(alice, RecordType::binding).has_value(); }
  /// The live nodes nearest to the name, nearest first.
  std::vector<DhtNode*> live_replicas(std::size_t count = storing_nodes) {
    auto nodes = overlay.replicas_of("alice", overlay.size());
    std::erase_if(nodes, [](const DhtNode* node) { return !node->on; });
    nodes.resize(std::min(count, nodes.size()));
    return nodes;
  }
  void store_bindings() {
    for (DhtNode* node : live_replicas()) put(*node, verified(owner.binding("alice"), owner));
  }
  void store_copies(std::size_t count, std::uint64_t sequence = 1) {
    for (DhtNode* node : live_replicas(count)) put(*node, verified_set(owner, {.sequence = sequence}));
  }
  std::size_t copies(std::uint64_t sequence = 1) {
    return static_cast<std::size_t>(std::ranges::count_if(live_replicas(), [&](const DhtNode* node) {
      const auto copy = copy_at(*node);
      return copy && copy->sequence() == sequence;
    }));
  }
  bool wait_for_copies(Duration limit, std::uint64_t sequence = 1) {
    return overlay.network.run_until([&] { return copies(sequence) == storing_nodes; }, limit);
  }
  DhtNode& join() {
    DhtNode& newcomer = overlay.add_node();
    newcomer.dht->start_replication();
    overlay.introduce();
    newcomer.routing.set_joined(true);
    EXPECT_TRUE(overlay.network.run_until([&] { return newcomer.dht->replication().range_ready; }, 1min));
    return newcomer;
  }

  DhtOverlay overlay;
  Owner owner;
};

TEST_F(CopyReplicationTest, WhoMovesUpAfterACrashGetsTheCopy) {
  store_bindings();
  store_copies(storing_nodes);
  live_replicas().front()->switch_off();
  overlay.introduce();
  ASSERT_EQ(copies(), storing_nodes - 1);
  EXPECT_TRUE(wait_for_copies(repair_delay_maximum + 5s));
}

TEST_F(CopyReplicationTest, AMissingCopyIsFoundByComparing) {
  store_bindings();
  store_copies(kbr::siblings_per_key);
  EXPECT_TRUE(wait_for_copies(20min));
}

TEST_F(CopyReplicationTest, BothAreFoundByComparing) {
  for (DhtNode* node : live_replicas(kbr::siblings_per_key)) put(*node, verified(owner.binding("alice"), owner));
  store_copies(kbr::siblings_per_key);
  EXPECT_TRUE(wait_for_copies(20min));
}

TEST_F(CopyReplicationTest, TheNewestCopyWinsEverywhere) {
  store_bindings();
  store_copies(storing_nodes);
  put(*live_replicas().back(), verified_set(owner, {.sequence = 2}));
  EXPECT_TRUE(wait_for_copies(30min, 2));
}

TEST_F(CopyReplicationTest, ACopyWithoutItsBindingGoesNowhere) {
  store_copies(8);
  overlay.network.run_for(20min);
  EXPECT_EQ(copies(), 8U);
  for (std::size_t i = 0; i < overlay.size(); ++i) {
    const auto counters = overlay.node(i).dht->replication().counters;
    EXPECT_EQ(counters.offered, 0U);
    EXPECT_EQ(counters.differences, 0U) << "what nobody may show is no difference";
  }
}

TEST_F(CopyReplicationTest, ALeavingNodeHandsOverTheCopy) {
  store_bindings();
  store_copies(storing_nodes);
  DhtNode& leaving = *live_replicas().front();
  leaving.routing.set_joined(false);
  leaving.on = false;  // the others have dropped it; it still sends
  overlay.introduce();
  bool done = false;
  leaving.dht->hand_over([&] { done = true; });
  ASSERT_TRUE(overlay.network.run_until([&] { return done; }, 2s)) << "long before the others repair";
  EXPECT_EQ(copies(), storing_nodes);
}

TEST_F(CopyReplicationTest, IsGivenUpBeforeItsBinding) {
  store_bindings();
  DhtNode& far = *overlay.replicas_of("alice", overlay.size()).back();
  put(far, verified(owner.binding("alice"), owner));
  put(far, verified_set(owner));
  bool alone = false;
  EXPECT_TRUE(overlay.network.run_until(
      [&] {
        alone = alone || (copy_at(far) && !binding_at(far));
        return !copy_at(far) && !binding_at(far);
      },
      3 * surplus_interval_maximum));
  EXPECT_FALSE(alone) << "without its binding nobody is shown the copy";
  overlay.network.run_for(1s);
  EXPECT_EQ(far.dht->replica().counters().dropped, 2U);
  EXPECT_GE(copies(), acknowledgements_needed);
}

TEST_F(CopyReplicationTest, AnOlderCopyIsGivenUpWhereOthersHaveANewerOne) {
  store_bindings();
  store_copies(storing_nodes, 2);
  DhtNode& far = *overlay.replicas_of("alice", overlay.size()).back();
  put(far, verified(owner.binding("alice"), owner));
  put(far, verified_set(owner, {.sequence = 1}));
  EXPECT_TRUE(
      overlay.network.run_until([&] { return !copy_at(far) && !binding_at(far); }, 3 * surplus_interval_maximum));
  EXPECT_EQ(copies(2), storing_nodes);
}

class FewNodesTest : public CopyReplicationTest {
 protected:
  /// So few that all are asked for everything.
  FewNodesTest() : CopyReplicationTest(pull_nodes_per_lane) {}
};

TEST_F(FewNodesTest, ANewcomerTakesACopyThatOneNeighbourShows) {
  store_bindings();
  store_copies(1, 2);
  // Other names come behind: what only a minority shows at the very end of a range is left to the comparison.
  for (int i = 0; i < 100; ++i)
    for (DhtNode* node : live_replicas()) put(*node, verified(owner.binding("name" + std::to_string(i)), owner));
  const DhtNode& newcomer = join();
  ASSERT_TRUE(copy_at(newcomer)) << "it proves itself: no majority is needed";
  EXPECT_EQ(copy_at(newcomer)->sequence(), 2U);
  EXPECT_EQ(newcomer.dht->replication().counters.pulled, 102U);
  EXPECT_EQ(newcomer.dht->replica().counters().writes, 0U) << "no owner asked for it";
}

TEST_F(FewNodesTest, ANewcomerTakesNoCopyOfANameWhoseOwnerItDoesNotKnow) {
  put(*live_replicas().front(), verified(owner.binding("alice"), owner));
  store_copies(1);
  EXPECT_FALSE(copy_at(join())) << "one of five shows this owner";
}

TEST_F(CopyReplicationTest, OfTheCopiesOfOneOwnerTheNewestCounts) {
  const Owner rival{overlay.random};
  const std::vector<VerifiedRecord> held{verified_set(owner, {.sequence = 3}), verified_set(owner, {.sequence = 4}),
                                         verified_set(rival, {.sequence = 9})};
  EXPECT_EQ(newest_set(held, owner.keys.public_key())->sequence(), 4U);
  EXPECT_FALSE(newest_set({held.back()}, owner.keys.public_key()));
}

}  // namespace
}  // namespace p2pns::dht
