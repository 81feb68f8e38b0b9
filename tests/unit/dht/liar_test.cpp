// Replicas that lie about what they store, to readers and to owners.
#include "tests/unit/dht/liar.hpp"

namespace p2pns::dht {
namespace {

using wire::StoreVerdict;

/// 16 nodes in all, so that every one is a replica of every name.
class LiarTest : public testing::Test {
 protected:
  void make_overlay(std::size_t liars) {
    honest = 16 - liars;
    overlay.emplace(honest, 1, liars);
    one.emplace(overlay->random);
    two.emplace(overlay->random);
    for (std::size_t i = honest; i < 16; ++i) tell_lies(overlay->node(i), lies);
  }
  ByteVector forged() {
    ByteVector bytes = sign(two->binding("alice"), *two).bytes;
    bytes[bytes.size() - 70] ^= std::byte{1};
    return bytes;
  }
  std::uint64_t lies_counted() { return overlay->node(0).dht->counters().lies; }

  Lies lies;
  std::size_t honest = 0;
  std::optional<DhtOverlay> overlay;
  std::optional<Owner> one;
  std::optional<Owner> two;
};

TEST_F(LiarTest, CannotTakeANameWithAForgedBinding) {
  make_overlay(7);
  lies = {{}, StoreVerdict::taken, forged(), false};
  const auto receipt = overlay->claim(0, one->binding("alice"), *one);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->tally.agreeing, 9U);
  EXPECT_EQ(receipt->tally.others, 0U);
  EXPECT_EQ(lies_counted(), 7U);
}

TEST_F(LiarTest, CannotTakeANameWithoutABinding) {
  make_overlay(7);
  lies = {{}, StoreVerdict::taken, {}, false};
  EXPECT_TRUE(overlay->claim(0, one->binding("alice"), *one));
}

TEST_F(LiarTest, CannotTakeANameWithTheBindingOfAnotherName) {
  make_overlay(7);
  lies = {{}, StoreVerdict::taken, sign(two->binding("bob"), *two).bytes, false};
  EXPECT_TRUE(overlay->claim(0, one->binding("alice"), *one));
  EXPECT_EQ(lies_counted(), 7U);
}

TEST_F(LiarTest, WithoutAMajorityCannotWinWithARealRival) {
  make_overlay(7);
  lies = {sign(two->binding("alice"), *two).bytes, StoreVerdict::taken, sign(two->binding("alice"), *two).bytes, false};
  const auto receipt = overlay->claim(0, one->binding("alice"), *one);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->tally.others, 7U);
  const auto read = overlay->get(1, "alice");
  ASSERT_FALSE(read.error);
  EXPECT_EQ(read.record->owner(), one->keys.public_key());
}

TEST_F(LiarTest, CannotMakeAFreeNameLookTaken) {
  make_overlay(7);
  lies.shows = sign(two->binding("alice"), *two).bytes;
  const auto read = overlay->get(0, "alice");
  ASSERT_FALSE(read.error);
  EXPECT_FALSE(read.record);
}

TEST_F(LiarTest, CannotMakeAnOwnerRunUpItsSequence) {
  make_overlay(7);
  lies = {{}, StoreVerdict::stale, sign(two->binding("alice", 1'000'000), *two).bytes, false};
  const auto receipt = overlay->claim(0, one->binding("alice"), *one);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->record.sequence(), 1U);
}

TEST_F(LiarTest, ShowingAnOlderSequenceDoesNotHideTheNewerOne) {
  make_overlay(7);
  lies.shows = sign(one->binding("alice", 1), *one).bytes;
  lies.verdict = StoreVerdict::stored;
  ASSERT_TRUE(overlay->claim(0, one->binding("alice", 1), *one));
  ASSERT_TRUE(overlay->renew(0, one->binding("alice", 2), *one));
  const auto read = overlay->get(1, "alice");
  ASSERT_FALSE(read.error);
  EXPECT_EQ(read.record->sequence(), 2U);
  EXPECT_EQ(read.tally.agreeing, 9U);
}

TEST_F(LiarTest, ShowingForgeriesIsNoVoteAndIsCounted) {
  make_overlay(7);
  ASSERT_TRUE(overlay->claim(0, one->binding("alice"), *one));
  lies.shows = forged();
  const auto read = overlay->get(0, "alice");
  ASSERT_FALSE(read.error);
  EXPECT_EQ(read.tally.answered, 9U);
  EXPECT_EQ(read.tally.agreeing, 9U);
  EXPECT_EQ(lies_counted(), 7U);
}

TEST_F(LiarTest, ShowingRecordsOfOtherNamesIsNoVote) {
  make_overlay(7);
  ASSERT_TRUE(overlay->claim(0, one->binding("alice"), *one));
  lies.shows = sign(two->binding("bob"), *two).bytes;
  const auto read = overlay->get(0, "alice");
  ASSERT_FALSE(read.error);
  EXPECT_EQ(read.tally.answered, 9U);
}

TEST_F(LiarTest, StayingSilentDelaysAClaimOnlyShortly) {
  make_overlay(7);
  lies.silent = true;
  const TimePoint start = overlay->network.now();
  EXPECT_TRUE(overlay->claim(0, one->binding("alice"), *one));
  EXPECT_LT(overlay->network.now() - start, store_patience + 500ms);
}

TEST_F(LiarTest, SayingThatItIsFullEndsAClaimOnlyWithHalfOfTheReplicas) {
  lies = {{}, StoreVerdict::full, {}, false};
  make_overlay(7);
  EXPECT_TRUE(overlay->claim(0, one->binding("alice"), *one));
  make_overlay(8);
  const TimePoint before = overlay->network.now();
  EXPECT_EQ(overlay->claim(0, one->binding("alice"), *one).error(), Errc::overloaded);
  EXPECT_LT(overlay->network.now() - before, std::chrono::seconds{5});  // a claim may go on for 45
  overlay->settle();
  EXPECT_EQ(overlay->holders("alice", *one), 0U);  // taken back
}

TEST_F(LiarTest, WithAMajorityMakesAReadFailButNotSucceedWrongly) {
  make_overlay(9);
  ASSERT_TRUE(overlay->claim(0, one->binding("alice"), *one));
  lies.shows = forged();
  EXPECT_EQ(overlay->get(0, "alice").error, Errc::timed_out);
}

}  // namespace
}  // namespace p2pns::dht
