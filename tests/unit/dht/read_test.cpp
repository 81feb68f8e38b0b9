#include "core/dht/read.hpp"

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

class ReadJudgement : public testing::Test {
 protected:
  void show(std::size_t count, const Owner& owner, std::uint64_t sequence = 1) {
    const VerifiedRecord record = verified(owner.binding("alice", sequence), owner);
    for (std::size_t i = 0; i < count; ++i) votes.push_back({true, record});
  }
  void empty(std::size_t count) { votes.resize(votes.size() + count, Vote{true, std::nullopt}); }
  void no_vote(std::size_t count) { votes.resize(votes.size() + count, Vote{}); }
  Errc error() {
    const auto error = judge_read(votes).error;
    return error ? static_cast<Errc>(error.value()) : Errc::ok;
  }
  ReadResult result() {
    auto judged = judge_read(votes);
    EXPECT_FALSE(judged.error);
    return judged;
  }

  test::SeededRandom random{5};
  Owner one{random};
  Owner two{random};
  std::vector<Vote> votes;
};

TEST_F(ReadJudgement, NeedsMoreThanHalfOfTheLiveReplicas) {
  EXPECT_EQ(votes_needed(1), 1U);
  EXPECT_EQ(votes_needed(2), 2U);
  EXPECT_EQ(votes_needed(3), 2U);
  EXPECT_EQ(votes_needed(16), 9U);
  EXPECT_EQ(votes_needed(24), 9U);
}

TEST_F(ReadJudgement, AcceptsTheOnlyOwnerShownByHalfOfTheVotes) {
  show(8, one);
  empty(8);
  const ReadResult accepted = result();
  ASSERT_TRUE(accepted.record);
  EXPECT_EQ(accepted.record->owner(), one.keys.public_key());
  EXPECT_EQ(accepted.tally.replicas, 16U);
  EXPECT_EQ(accepted.tally.answered, 16U);
  EXPECT_EQ(accepted.tally.agreeing, 8U);
  EXPECT_EQ(accepted.tally.empty, 8U);
  EXPECT_EQ(accepted.tally.others, 0U);
}

TEST_F(ReadJudgement, KnowsNoSuchNameWhenNobodyShowsOne) {
  empty(16);
  EXPECT_FALSE(result().record);
  EXPECT_EQ(result().tally.empty, 16U);
}

TEST_F(ReadJudgement, KnowsNoSuchNameWhenAMajorityDoesNot) {
  show(7, one);
  empty(9);
  EXPECT_FALSE(result().record);
  EXPECT_EQ(result().tally.others, 7U);
}

TEST_F(ReadJudgement, PrefersTheRivalWithMoreThanHalf) {
  show(9, one);
  show(7, two);
  ASSERT_TRUE(result().record);
  EXPECT_EQ(result().record->owner(), one.keys.public_key());
  EXPECT_EQ(result().tally.others, 7U);
}

TEST_F(ReadJudgement, IsContestedWhenNoRivalHasMoreThanHalf) {
  show(8, one);
  show(8, two);
  EXPECT_EQ(error(), Errc::contested);
}

TEST_F(ReadJudgement, IsContestedWhenNeitherAnOwnerNorEmptinessHasMoreThanHalf) {
  show(6, one);
  show(2, two);
  empty(8);
  EXPECT_EQ(error(), Errc::contested);
  const Tally tally = judge_read(votes).tally;
  EXPECT_EQ(tally.answered, 16U);
  EXPECT_EQ(tally.empty, 8U);
  EXPECT_EQ(tally.others, 8U) << "a failed read says what was shown";
}

TEST_F(ReadJudgement, TakesTheNewestRecordOfTheAcceptedOwner) {
  show(8, one, 1);
  show(1, one, 2);
  show(7, two, 9);
  ASSERT_TRUE(result().record);
  EXPECT_EQ(result().record->sequence(), 2U);
  EXPECT_EQ(result().tally.agreeing, 1U);
  EXPECT_EQ(result().tally.others, 7U);
}

TEST_F(ReadJudgement, TakesAHigherGenerationBeforeAHigherSequence) {
  show(2, one, 9);
  Binding later = one.binding("alice", 1);
  later.generation = 1;
  votes.push_back({true, verified(later, one)});
  EXPECT_EQ(result().record->generation(), 1U);
}

TEST_F(ReadJudgement, DoesNotCountWhatIsNoVote) {
  show(9, one);
  no_vote(7);
  EXPECT_EQ(result().tally.answered, 9U);
  ASSERT_TRUE(result().record);
}

TEST_F(ReadJudgement, TimesOutBelowTheNeededVotes) {
  show(8, one);
  no_vote(8);
  EXPECT_EQ(error(), Errc::timed_out);
}

TEST_F(ReadJudgement, BelievesACutOffReadOnlyWithAMajorityOfAllReplicas) {
  show(8, one);
  EXPECT_EQ(judge_cut_off_read(votes).error, Errc::timed_out);
  show(1, one);
  const ReadResult enough = judge_cut_off_read(votes);
  EXPECT_FALSE(enough.error);
  ASSERT_TRUE(enough.record);
  EXPECT_EQ(enough.tally.agreeing, 9U);
  show(2, two);
  EXPECT_TRUE(judge_cut_off_read(votes).record);
}

TEST_F(ReadJudgement, NeverKnowsNoSuchNameOfACutOffRead) {
  empty(16);
  EXPECT_EQ(judge_cut_off_read(votes).error, Errc::timed_out);
  EXPECT_EQ(judge_cut_off_read(votes).tally.empty, 16U);
}

TEST_F(ReadJudgement, ReachesNobodyWithoutAVote) {
  EXPECT_EQ(error(), Errc::not_reachable);
  no_vote(16);
  EXPECT_EQ(error(), Errc::not_reachable);
}

class ReadTest : public testing::Test {
 protected:
  void store_at(std::size_t count, const Owner& owner, std::uint64_t sequence = 1) {
    for (std::size_t i = 0; i < count; ++i, ++next)
      overlay.replicas_of("alice")[next]
          ->store.put(verified(owner.binding("alice", sequence), owner), [](const Result<void>&) {})
          .detach();
  }
  DhtOverlay overlay{20};
  Owner one{overlay.random};
  Owner two{overlay.random};
  std::size_t next = 0;
};

TEST_F(ReadTest, FindsWhatTheReplicasStore) {
  store_at(16, one);
  for (std::size_t at = 0; at < overlay.size(); ++at) {  // this node itself may be one of the replicas
    const auto result = overlay.get(at, "alice");
    ASSERT_FALSE(result.error);
    ASSERT_TRUE(result.record);
    EXPECT_EQ(result.record->owner(), one.keys.public_key());
    EXPECT_EQ(result.tally.agreeing, 16U);
    EXPECT_GE(result.hops.size(), 15U);
    EXPECT_GT(result.took, Duration{0});
  }
}

TEST_F(ReadTest, FindsNoSuchName) {
  const auto result = overlay.get(0, "nobody");
  ASSERT_FALSE(result.error);
  EXPECT_FALSE(result.record);
  EXPECT_EQ(result.tally.empty, 16U);
}

TEST_F(ReadTest, TellsThatRivalsStandEqual) {
  store_at(8, one);
  store_at(8, two);
  const auto result = overlay.get(0, "alice");
  EXPECT_EQ(result.error, Errc::contested);
  EXPECT_EQ(result.tally.others, 16U);
  EXPECT_GE(result.hops.size(), 15U) << "how far it came";
}

TEST_F(ReadTest, DoesNotCountNodesThatAreNotReady) {
  store_at(16, one);
  for (std::size_t i = 0; i < 7; ++i) overlay.replicas_of("alice")[i]->routing.set_joined(false);
  const auto result = overlay.get(0, "alice");
  ASSERT_FALSE(result.error);
  EXPECT_EQ(result.tally.replicas, 16U);
  EXPECT_EQ(result.tally.answered, 9U);
  overlay.replicas_of("alice")[7]->routing.set_joined(false);
  EXPECT_EQ(overlay.get(0, "alice").error, Errc::timed_out);
}

TEST_F(ReadTest, TimesOutWhenItsLookupWasCutOffTooEarly) {
  store_at(16, one);
  overlay.node(0).routing.cut_off_after(8);
  const auto result = overlay.get(0, "alice");
  EXPECT_EQ(result.error, Errc::timed_out);
  EXPECT_EQ(result.tally.answered, 8U);
  EXPECT_FALSE(result.hops.empty());
  overlay.node(0).routing.cut_off_after(9);
  EXPECT_TRUE(overlay.get(0, "alice").record);
}

TEST_F(ReadTest, DoesNotShowWhatHasExpired) {
  store_at(16, one);
  overlay.network.run_for(std::chrono::hours{24 * 30} + clock_tolerance - 5s);
  EXPECT_TRUE(overlay.get(0, "alice").record);
  overlay.network.run_for(5s);
  const auto result = overlay.get(0, "alice");
  ASSERT_FALSE(result.error);
  EXPECT_FALSE(result.record);
}

TEST_F(ReadTest, CompletesNeverInsideTheCallAndNeverAfterACancel) {
  bool completed = false;
  auto operation = overlay.node(0).dht->get(name_position("p2p", "alice", 0), RecordType::binding, read_time_out,
                                            [&completed](const ReadResult&) { completed = true; });
  EXPECT_FALSE(completed);
  overlay.network.run_for(10ms);
  operation.cancel();
  EXPECT_EQ(overlay.node(0).dht->under_way(), 0U);
  overlay.network.run_for(10s);
  EXPECT_FALSE(completed);
}

TEST_F(ReadTest, OutlivesTheDhtWithoutACompletion) {
  bool completed = false;
  const auto operation = overlay.node(0).dht->get(name_position("p2p", "alice", 0), RecordType::binding, read_time_out,
                                                  [&completed](const ReadResult&) { completed = true; });
  overlay.node(0).switch_off();
  overlay.node(0).dht.reset();
  overlay.network.run_for(10s);
  EXPECT_FALSE(completed);  // and the handle dies after what it was for
}

TEST_F(ReadTest, MayDestroyTheDhtInItsCompletion) {
  std::optional<bool> done;
  DhtNode& node = overlay.node(0);
  const auto operation = node.dht->get(name_position("p2p", "alice", 0), RecordType::binding, read_time_out,
                                       [&node, &done](const ReadResult&) {
                                         node.switch_off();
                                         node.dht.reset();
                                         done = true;
                                       });
  EXPECT_TRUE(overlay.wait_for(done));
}

TEST_F(ReadTest, IsOverloadedAboveTheMaximumOfOperations) {
  std::vector<Operation> operations;
  std::optional<Errc> error;
  const auto start = [&] {
    operations.push_back(overlay.node(0).dht->get(name_position("p2p", "alice", 0), RecordType::binding, read_time_out,
                                                  [&error](const ReadResult& result) {
                                                    if (result.error) error = static_cast<Errc>(result.error.value());
                                                  }));
  };
  overlay.node(0).routing.know({});  // lookups that ask nobody
  for (std::size_t i = 0; i < tasks_maximum; ++i) start();
  EXPECT_EQ(overlay.node(0).dht->under_way(), tasks_maximum);
  start();
  EXPECT_EQ(overlay.wait_for(error), Errc::overloaded);
}

}  // namespace
}  // namespace p2pns::dht
