// A name moves: its owner has restored the owner key at another node and registers it there.
#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class Move : public test::NamesTest {
 protected:
  static constexpr Duration stage1_life = 60s;

  Move() {
    limits.stage1_life_maximum = limits.stage1_life = stage1_life;
    limits.address_life = 10s;
    old_home = &add_node();
    new_home = &add_node_of_owner(*old_home);
    asker = &add_node();
  }

  const dht::Binding& stored() const { return overlay.bindings.at(dht::name_position("p2p", "alice", 0)); }
  /// Registered at the old home and seen from there, then at the new one.
  void move_name() {
    ASSERT_TRUE(register_name(*old_home, alice_name, address_records(7)));
    ASSERT_EQ(last_octet(*asker), 7);
    const auto receipt = register_name(*new_home, alice_name, address_records(8));
    ASSERT_TRUE(receipt) << receipt.error().message();
    EXPECT_FALSE(receipt->created);
  }
  int last_octet(test::TestNode& at) {
    const auto answer = resolve(at, alice_name);
    if (answer->outcome != Outcome::found) return -1;
    return static_cast<int>(answer->record_set->records.at(0).data.at(3));
  }
  /// How long until the asker gets the record of the new home; it asks four times a second.
  Duration time_to_follow() {
    const TimePoint started = network.now();
    while (last_octet(*asker) != 8 && network.now() - started < 2 * stage1_life) network.run_for(250ms);
    return network.now() - started;
  }
  static std::size_t owned(const test::TestNode& node) { return node.service->status().names_owned; }

  test::TestNode* old_home = nullptr;
  test::TestNode* new_home = nullptr;
  test::TestNode* asker = nullptr;
  const P2PName alice_name = name("alice.p2p");
};

TEST_F(Move, RenewsTheBindingAtTheNewNodeOfTheSameOwner) {
  ASSERT_TRUE(register_name(*old_home, alice_name));
  const dht::Binding before = stored();
  ASSERT_TRUE(register_name(*new_home, alice_name));
  EXPECT_EQ(stored().owner, before.owner);
  EXPECT_EQ(stored().generation, before.generation);
  EXPECT_EQ(stored().sequence, before.sequence + 1);
  EXPECT_EQ(stored().node, new_home->identity.node_id());
}

TEST_F(Move, IsFollowedWithinOneStage1LifeWhileTheOldNodeStillAnswers) {
  move_name();
  EXPECT_LE(time_to_follow(), stage1_life);
}

TEST_F(Move, IsFollowedAlsoToANodeWhoseClockIsBehind) {
  ASSERT_TRUE(register_name(*old_home, alice_name, address_records(7)));
  ASSERT_EQ(last_octet(*asker), 7);
  new_home->wall_clock.set(new_home->wall_clock.now() - 10s);
  ASSERT_TRUE(register_name(*new_home, alice_name, address_records(8)));
  EXPECT_LE(time_to_follow(), stage1_life);
}

TEST_F(Move, IsFollowedAtOnceWhenTheOldNodeIsSilent) {
  move_name();
  switch_off(*old_home);
  network.run_for(limits.address_life);
  const TimePoint started = network.now();
  EXPECT_EQ(last_octet(*asker), 8);
  EXPECT_LT(network.now() - started, limits.resolution_time_out / 2);
  EXPECT_EQ(asker->dht.gets, 2U);
}

TEST_F(Move, IsFollowedAtOnceWhenTheOldNodeSaysThatItDoesNotOwnTheName) {
  move_name();
  test::TestNode& restarted = restart(*old_home);
  EXPECT_EQ(owned(restarted), 0U);
  network.run_for(limits.address_life);
  EXPECT_EQ(last_octet(*asker), 8);
}

TEST_F(Move, IsNoticedByTheOldNodeWhichThenServesAndRenewsNoMore) {
  move_name();
  network.run_for(stage1_life);
  EXPECT_EQ(owned(*old_home), 0U);
  EXPECT_EQ(last_octet(*old_home), 8) << "its own users follow, too";
  EXPECT_GT(old_home->log.lines(), 0U);
  network.run_for(days{20});
  EXPECT_EQ(stored().node, new_home->identity.node_id());
  EXPECT_EQ(old_home->dht.renewals, 0U);
  EXPECT_GT(new_home->dht.renewals, 1U);
}

TEST_F(Move, GoesBackWhenItsOwnerRegistersAtTheOldNodeAgainAndTheNodesDoNotFight) {
  move_name();
  network.run_for(stage1_life);
  ASSERT_TRUE(register_name(*old_home, alice_name, address_records(9)));
  EXPECT_EQ(stored().node, old_home->identity.node_id());
  network.run_for(stage1_life);
  EXPECT_EQ(owned(*new_home), 0U);
  EXPECT_EQ(last_octet(*asker), 9);
  const std::size_t claims = old_home->dht.claims + new_home->dht.claims;
  network.run_for(days{20});
  EXPECT_EQ(old_home->dht.claims + new_home->dht.claims, claims);
  EXPECT_EQ(new_home->dht.renewals, 0U);
  EXPECT_EQ(stored().node, old_home->identity.node_id());
}

TEST_F(Move, IsNoticedAlsoWhenTheOldNodeChangesItsRecordsInTheMeantime) {
  move_name();
  ASSERT_TRUE(register_name(*old_home, alice_name, address_records(9))) << "it does not know yet";
  network.run_for(stage1_life);
  EXPECT_EQ(owned(*old_home), 0U);
  EXPECT_EQ(stored().node, new_home->identity.node_id());
  EXPECT_EQ(last_octet(*old_home), 8);
}

TEST_F(Move, IsNotSeenInABindingThatIsOlderThanOnesOwn) {
  move_name();
  ASSERT_TRUE(register_name(*new_home, name("other.p2p")));
  network.run_for(stage1_life);
  bind(alice_name, *old_home, stored().sequence - 1);  // the replicas that are read are behind
  network.run_for(days{8});
  EXPECT_EQ(owned(*new_home), 2U);
}

TEST_F(Move, IsNoMatterOfAnotherOwnersBinding) {
  ASSERT_TRUE(register_name(*old_home, alice_name));
  overlay.bindings.clear();
  bind(alice_name, *asker, 100);
  network.run_for(2 * stage1_life);
  EXPECT_EQ(owned(*old_home), 1U) << "the lease decides, not the word of some replicas";
}

TEST_F(Move, OwnerThatIsSilentIsOfflineWhenTheReplicasInsist) {
  ASSERT_TRUE(register_name(*old_home, alice_name, address_records(7)));
  ASSERT_EQ(last_octet(*asker), 7);
  switch_off(*old_home);
  network.run_for(limits.address_life);
  EXPECT_EQ(resolve(*asker, alice_name)->outcome, Outcome::owner_offline);
  EXPECT_EQ(asker->dht.gets, 2U) << "asked again once";
}

TEST_F(Move, NameThatWasGivenUpByASilentOwnerIsNoName) {
  ASSERT_TRUE(register_name(*old_home, alice_name, address_records(7)));
  ASSERT_EQ(last_octet(*asker), 7);
  switch_off(*old_home);
  overlay.bindings.clear();
  overlay.records.clear();
  network.run_for(limits.address_life);
  EXPECT_EQ(resolve(*asker, alice_name)->outcome, Outcome::no_such_name);
}

TEST_F(Move, NameThatTheReplicasForgotIsStillFoundAtItsNode) {
  ASSERT_TRUE(register_name(*old_home, alice_name, address_records(7)));
  ASSERT_EQ(last_octet(*asker), 7);
  network.run_for(limits.address_life);
  network.move_host(old_home->host, p2pns::test::endpoint("10.9.9.9:4000"));
  overlay.directory[old_home->identity.node_id()] = old_home->own_handle();
  overlay.records.clear();
  asker->routing.delay = 4s;  // the direct question fails first, and the replicas are asked
  EXPECT_EQ(last_octet(*asker), 7);
  EXPECT_EQ(asker->dht.gets, 2U);
}

TEST_F(Move, AnswersDoNotOutliveTheBindingTheyHangOn) {
  ASSERT_TRUE(register_name(*old_home, alice_name));
  const TimePoint read_at = resolve(*asker, alice_name)->expires - limits.address_life;
  network.run_for(stage1_life - 5s);
  const auto late = resolve(*asker, alice_name);
  EXPECT_EQ(asker->dht.gets, 1U);
  EXPECT_LE(late->expires, read_at + stage1_life);
}

TEST_F(Move, IsLookedForOnceInAStage1LifePerName) {
  limits.stage1_life_maximum = 1h;
  test::TestNode& many = add_node();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(register_name(many, name("name" + std::to_string(i) + ".p2p")));
  network.run_for(1h);
  const std::size_t before = many.dht.gets;
  EXPECT_GE(before, 20U);
  network.run_for(10h);
  EXPECT_LE(many.dht.gets - before, 20U * 2 * 10 + 1);
}

TEST_F(Move, IsLookedForNoMoreThanOnceInASecond) {
  limits.stage1_life_maximum = limits.stage1_life = 1s;
  test::TestNode& eager = add_node();
  ASSERT_TRUE(register_name(eager, alice_name));
  network.run_for(100s);
  EXPECT_LE(eager.dht.gets, 100U);
  EXPECT_GE(eager.dht.gets, 80U);
}

TEST_F(Move, IsLookedForSoonAfterTheOverlayCanBeReachedAgain) {
  move_name();
  old_home->dht.fail_reads = Errc::no_peers;
  network.run_for(5 * stage1_life);
  EXPECT_EQ(owned(*old_home), 1U);
  old_home->dht.fail_reads.reset();
  network.run_for(look_retry + 1s);
  EXPECT_EQ(owned(*old_home), 0U);
}

}  // namespace
}  // namespace p2pns::names
