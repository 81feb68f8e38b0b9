#include "core/dht/claim.hpp"

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

StoreOutcome judge(std::size_t replicas, std::size_t open, std::size_t stored, std::vector<std::size_t> rivals = {}) {
  StoreCount count;
  count.replicas = replicas;
  count.open = open;
  count.stored = stored;
  for (const std::size_t votes : rivals) count.rivals.push_back({{}, votes});
  return judge_store(count);
}

TEST(StoreJudgement, IsWonWithMoreThanHalfOfTheReplicas) {
  EXPECT_EQ(judge(16, 8, 8), StoreOutcome::waiting);
  EXPECT_EQ(judge(16, 7, 9), StoreOutcome::won);
  EXPECT_EQ(judge(16, 0, 9, {7}), StoreOutcome::won);
  EXPECT_EQ(judge(1, 0, 1), StoreOutcome::won);
  EXPECT_EQ(judge(2, 0, 1, {1}), StoreOutcome::undecided);
  EXPECT_EQ(judge(3, 0, 2, {1}), StoreOutcome::won);
}

TEST(StoreJudgement, IsLostWhenOneOtherOwnerHasMoreThanHalf) {
  EXPECT_EQ(judge(16, 7, 0, {9}), StoreOutcome::lost);
  EXPECT_EQ(judge(16, 0, 7, {9}), StoreOutcome::lost);
  EXPECT_EQ(judge(16, 0, 1, {8, 7}), StoreOutcome::undecided);
}

TEST(StoreJudgement, IsUndecidedOnlyWhenNothingElseCanHappen) {
  EXPECT_EQ(judge(16, 0, 8), StoreOutcome::undecided);
  EXPECT_EQ(judge(16, 1, 8, {7}), StoreOutcome::waiting);
  EXPECT_EQ(judge(16, 1, 7, {8}), StoreOutcome::waiting);
  EXPECT_EQ(judge(16, 1, 7, {7}), StoreOutcome::undecided);
}

class ClaimTest : public testing::Test {
 protected:
  static std::size_t agreeing(const Result<PutReceipt>& receipt) { return receipt ? receipt->tally.agreeing : 0; }
  static Errc error(const Result<PutReceipt>& receipt) {
    return receipt ? Errc::ok : static_cast<Errc>(receipt.error().value());
  }
};

TEST_F(ClaimTest, WritesExactlySixteenTimes) {
  DhtOverlay overlay{40};
  const Owner owner{overlay.random};
  const auto receipt = overlay.claim(3, owner.binding("alice"), owner);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->record.owner(), owner.keys.public_key());
  EXPECT_EQ(receipt->tally.replicas, 16U);
  EXPECT_EQ(receipt->tally.answered, 16U);
  EXPECT_EQ(receipt->tally.agreeing, 16U);
  EXPECT_EQ(overlay.writes(), 16U);
  for (DhtNode* const replica : overlay.replicas_of("alice")) EXPECT_EQ(replica->store.size(), 1U);
}

TEST_F(ClaimTest, TimesOutWithoutAWriteWhenItsLookupWasCutOff) {
  DhtOverlay overlay{40};
  const Owner owner{overlay.random};
  for (const std::size_t answers : {0U, 3U, 16U}) {
    overlay.node(3).routing.cut_off_after(answers);
    EXPECT_EQ(error(overlay.claim(3, owner.binding("alice"), owner)), Errc::timed_out);
  }
  EXPECT_EQ(overlay.writes(), 0U);
  overlay.node(3).routing.cut_off_after(std::nullopt);
  ASSERT_TRUE(overlay.claim(3, owner.binding("alice"), owner));
  overlay.node(3).routing.cut_off_after(3);
  EXPECT_EQ(error(overlay.renew(3, owner.binding("alice", 2), owner)), Errc::timed_out);
  EXPECT_EQ(overlay.release(3, owner.binding("alice", 2), owner).error(), Errc::timed_out);
  EXPECT_EQ(overlay.holders("alice", owner), 16U);
}

TEST_F(ClaimTest, WorksInOverlaysOfOneToThreeNodes) {
  for (const std::size_t nodes : {1U, 2U, 3U}) {
    DhtOverlay overlay{nodes};
    const Owner one{overlay.random};
    const Owner two{overlay.random};
    const auto receipt = overlay.claim(0, one.binding("alice"), one);
    EXPECT_EQ(agreeing(receipt), nodes);
    EXPECT_EQ(overlay.writes(), nodes);
    EXPECT_EQ(error(overlay.claim(nodes - 1, two.binding("alice"), two)), Errc::name_taken);
    const auto read = overlay.get(nodes - 1, "alice");
    ASSERT_FALSE(read.error);
    ASSERT_TRUE(read.record);
    EXPECT_EQ(read.record->owner(), one.keys.public_key());
    EXPECT_EQ(read.tally.agreeing, nodes);
    EXPECT_TRUE(overlay.release(0, one.binding("alice"), one));
    EXPECT_EQ(agreeing(overlay.claim(nodes - 1, two.binding("alice"), two)), nodes);
  }
}

TEST_F(ClaimTest, WritesNothingWhenTheNameIsTaken) {
  DhtOverlay overlay{20};
  const Owner one{overlay.random};
  const Owner two{overlay.random};
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  overlay.network.clear_captured();
  EXPECT_EQ(error(overlay.claim(1, two.binding("alice"), two)), Errc::name_taken);
  EXPECT_EQ(overlay.writes(), 16U);
  EXPECT_EQ(overlay.holders("alice", two), 0U);
}

TEST_F(ClaimTest, SucceedsThoughSevenOfSixteenDieAfterTheLook) {
  DhtOverlay overlay{16};
  const Owner owner{overlay.random};
  std::optional<Result<PutReceipt>> result;
  const auto operation = overlay.node(0).dht->claim(
      owner.binding("alice"), owner.signer, [&result](Result<PutReceipt> outcome) { result = std::move(outcome); });
  // All answer the look; then seven vanish before the STORE arrives.
  ASSERT_TRUE(overlay.network.run_until([&overlay] {
    std::uint64_t reads = 0;
    for (std::size_t i = 0; i < overlay.size(); ++i) reads += overlay.node(i).dht->replica().counters().reads;
    return reads == 15;
  }));
  overlay.network.run_for(21ms);
  for (std::size_t i = 1; i <= 7; ++i) overlay.node(i).switch_off();
  const auto receipt = overlay.wait_for(result);
  EXPECT_EQ(agreeing(receipt), 9U);
  EXPECT_EQ(receipt->tally.replicas, 16U);
  EXPECT_EQ(overlay.writes(), 9U);
}

TEST_F(ClaimTest, SucceedsAmongTheLivingWhenSevenOfSixteenAreDead) {
  DhtOverlay overlay{16};
  const Owner owner{overlay.random};
  for (std::size_t i = 1; i <= 7; ++i) overlay.node(i).switch_off();
  const auto receipt = overlay.claim(0, owner.binding("alice"), owner);
  EXPECT_EQ(agreeing(receipt), 9U);
  EXPECT_EQ(receipt->tally.replicas, 9U);
}

TEST_F(ClaimTest, TimesOutAndTakesBackWhenHalfOfTheReplicasAreNotReady) {
  DhtOverlay overlay{16};
  const Owner owner{overlay.random};
  for (std::size_t i = 0; i < 8; ++i) overlay.node(i).routing.set_joined(false);
  const TimePoint start = overlay.network.now();
  EXPECT_EQ(error(overlay.claim(15, owner.binding("alice"), owner)), Errc::timed_out);
  EXPECT_GE(overlay.network.now() - start, claim_life);
  EXPECT_LT(overlay.network.now() - start, claim_life + 5s);
  overlay.settle();
  EXPECT_EQ(overlay.holders("alice", owner), 0U);
}

TEST_F(ClaimTest, BySameOwnerRaisesTheSequenceItFinds) {
  DhtOverlay overlay{20};
  const Owner owner{overlay.random};
  Binding binding = owner.binding("alice", 41);
  binding.generation = 2;
  ASSERT_TRUE(overlay.claim(0, binding, owner));
  Binding again = owner.binding("alice", 1);  // a restarted owner that remembers nothing
  again.node = overlay.random.value<NodeId>();
  const auto receipt = overlay.claim(1, again, owner);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->record.generation(), 2U);
  EXPECT_EQ(receipt->record.sequence(), 42U);
  EXPECT_EQ(receipt->tally.agreeing, 16U);
  EXPECT_EQ(decode_binding(receipt->record.bytes())->node, again.node);
}

TEST_F(ClaimTest, OfAnOwnNameIsNotTakenBackWhenItFails) {
  DhtOverlay overlay{16};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice"), owner));
  for (std::size_t i = 0; i < 8; ++i) overlay.node(i).routing.set_joined(false);
  EXPECT_EQ(error(overlay.claim(15, owner.binding("alice"), owner)), Errc::timed_out);
  overlay.settle();
  EXPECT_EQ(overlay.holders("alice", owner), 16U);
}

TEST_F(ClaimTest, AfterAReleaseBelongsToWhoeverComes) {
  DhtOverlay overlay{20};
  const Owner one{overlay.random};
  const Owner two{overlay.random};
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  const auto released = overlay.release(0, one.binding("alice"), one);
  ASSERT_TRUE(released);
  EXPECT_EQ(released->agreeing, 16U);
  EXPECT_FALSE(overlay.get(1, "alice").record);
  EXPECT_EQ(agreeing(overlay.claim(2, two.binding("alice"), two)), 16U);
  EXPECT_EQ(overlay.get(1, "alice").record->owner(), two.keys.public_key());
}

TEST_F(ClaimTest, AfterItsOwnReleaseGoesAboveTheWithdrawnSequence) {
  DhtOverlay overlay{20};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice", 5), owner));
  ASSERT_TRUE(overlay.release(0, owner.binding("alice", 5), owner));
  const auto receipt = overlay.claim(0, owner.binding("alice", 1), owner);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->record.sequence(), 6U);
  EXPECT_EQ(receipt->tally.agreeing, 16U);
}

TEST_F(ClaimTest, TakesAnExpiredName) {
  DhtOverlay overlay{20};
  const Owner one{overlay.random};
  const Owner two{overlay.random};
  Binding shortly = one.binding("alice");
  shortly.not_after = test_wall + 1h;
  ASSERT_TRUE(overlay.claim(0, shortly, one));
  overlay.network.run_for(1h);
  EXPECT_EQ(error(overlay.claim(1, two.binding("alice"), two)), Errc::name_taken);
  overlay.network.run_for(11min);
  EXPECT_EQ(agreeing(overlay.claim(1, two.binding("alice"), two)), 16U);
}

TEST_F(ClaimTest, IsRefusedAtOnceWhenNoReplicaWouldTakeIt) {
  DhtOverlay overlay{3};
  const Owner one{overlay.random};
  const Owner two{overlay.random};
  EXPECT_EQ(error(overlay.claim(0, one.binding("Alice"), one)), Errc::malformed);
  EXPECT_EQ(error(overlay.claim(0, one.binding(std::string(64, 'a')), one)), Errc::too_large);
  EXPECT_EQ(error(overlay.claim(0, one.binding("alice"), two)), Errc::not_owner);
  Binding binding = one.binding("alice");
  binding.not_after = test_wall - 1h;
  EXPECT_EQ(error(overlay.claim(0, binding, one)), Errc::expired);
  binding.not_after = test_wall + lease_maximum + 1h;
  EXPECT_EQ(error(overlay.claim(0, binding, one)), Errc::too_large);
  EXPECT_EQ(error(overlay.claim(0, one.binding("alice", claim_sequence_maximum + 1), one)), Errc::too_large);
  EXPECT_TRUE(overlay.network.captured().empty());
  EXPECT_TRUE(overlay.claim(0, one.binding("alice", claim_sequence_maximum), one));
}

TEST_F(ClaimTest, TakesBackWhatItStoredWhenItIsCancelled) {
  DhtOverlay overlay{20};
  const Owner owner{overlay.random};
  bool completed = false;
  auto operation = overlay.node(0).dht->claim(owner.binding("alice"), owner.signer,
                                              [&completed](const Result<PutReceipt>&) { completed = true; });
  ASSERT_TRUE(overlay.network.run_until([&] { return overlay.holders("alice", owner) > 0; }));
  operation.cancel();
  overlay.settle();
  EXPECT_FALSE(completed);
  EXPECT_EQ(overlay.holders("alice", owner), 0U);
}

TEST_F(ClaimTest, RenewsWithAHigherSequence) {
  DhtOverlay overlay{20};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice"), owner));
  Binding longer = owner.binding("alice", 2);
  longer.not_after += std::chrono::days{10};
  EXPECT_EQ(agreeing(overlay.renew(0, longer, owner)), 16U);
  EXPECT_EQ(agreeing(overlay.renew(0, longer, owner)), 16U);  // repeated after a lost answer, say
  EXPECT_EQ(overlay.writes(), 32U);
  EXPECT_EQ(overlay.get(5, "alice").record->not_after(), longer.not_after);
}

TEST_F(ClaimTest, DoesNotRenewBelowWhatItsOwnerHasStored) {
  DhtOverlay overlay{20};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice", 7), owner));
  EXPECT_EQ(error(overlay.renew(0, owner.binding("alice", 6), owner)), Errc::stale_sequence);
  Binding other = owner.binding("alice", 7);
  other.not_after += 1h;
  EXPECT_EQ(error(overlay.renew(0, other, owner)), Errc::stale_sequence);
}

TEST_F(ClaimTest, DoesNotRenewWhatItsOwnerHasReleased) {
  DhtOverlay overlay{20};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice", 7), owner));
  ASSERT_TRUE(overlay.release(0, owner.binding("alice", 7), owner));
  EXPECT_EQ(error(overlay.renew(0, owner.binding("alice", 7), owner)), Errc::stale_sequence);
}

TEST_F(ClaimTest, DoesNotRenewANameOfSomebodyElse) {
  DhtOverlay overlay{20};
  const Owner one{overlay.random};
  const Owner two{overlay.random};
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  EXPECT_EQ(error(overlay.renew(1, two.binding("alice", 9), two)), Errc::name_taken);
}

TEST_F(ClaimTest, KeepsARenewalWhereItArrivedWhenItFails) {
  DhtOverlay overlay{16};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice"), owner));
  for (std::size_t i = 0; i < 8; ++i) overlay.node(i).routing.set_joined(false);
  EXPECT_EQ(error(overlay.renew(15, owner.binding("alice", 2), owner)), Errc::timed_out);
  overlay.settle();
  EXPECT_EQ(overlay.holders("alice", owner), 16U);
}

TEST_F(ClaimTest, ReleasesTheNewestSequenceItFinds) {
  DhtOverlay overlay{20};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(0, owner.binding("alice", 9), owner));
  ASSERT_TRUE(overlay.release(0, owner.binding("alice", 1), owner));
  EXPECT_EQ(overlay.holders("alice", owner), 0U);
}

TEST_F(ClaimTest, ReleasesOnlyItsOwnName) {
  DhtOverlay overlay{20};
  const Owner one{overlay.random};
  const Owner two{overlay.random};
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  EXPECT_TRUE(overlay.release(1, two.binding("alice", 9), two));  // nothing of theirs is left, as they asked
  EXPECT_EQ(overlay.holders("alice", one), 16U);
  EXPECT_EQ(overlay.release(1, one.binding("alice"), two).error(), Errc::not_owner);
}

TEST_F(ClaimTest, ReleasesNothingWithoutAMajority) {
  DhtOverlay overlay{16};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(15, owner.binding("alice"), owner));
  for (std::size_t i = 0; i < 8; ++i) overlay.node(i).routing.set_joined(false);
  EXPECT_EQ(overlay.release(15, owner.binding("alice"), owner).error(), Errc::timed_out);
  for (std::size_t i = 8; i < 16; ++i) overlay.node(i).routing.set_joined(false);
  EXPECT_NE(overlay.release(15, owner.binding("alice"), owner).error(), Errc::ok);
}

TEST_F(ClaimTest, LeavesOneLostWithdrawalToTheNextTry) {
  DhtOverlay overlay{16};
  const Owner owner{overlay.random};
  ASSERT_TRUE(overlay.claim(15, owner.binding("alice"), owner));
  DhtNode& deaf = overlay.node(3);
  std::optional<Result<Tally>> result;
  const auto operation =
      overlay.node(15).dht->release(owner.binding("alice"), owner.signer, [&](Result<Tally> tally) { result = tally; });
  ASSERT_TRUE(overlay.network.run_until([&] { return overlay.holders("alice", owner) < 16; }));
  // From now on one node hears nothing for a while, and has not heard the withdrawal either.
  const bool had_it = deaf.store.size() == 1;
  overlay.network.filter([&deaf](test::Captured& datagram) { return datagram.to != deaf.host.address(); });
  EXPECT_TRUE(overlay.wait_for(result));
  overlay.network.run_for(2s);
  overlay.network.filter(nullptr);
  overlay.settle();
  EXPECT_TRUE(had_it || overlay.holders("alice", owner) == 0);
  EXPECT_EQ(overlay.holders("alice", owner), 0U);
}

}  // namespace
}  // namespace p2pns::dht
