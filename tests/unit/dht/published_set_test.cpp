#include "core/dht/published_set.hpp"

#include <algorithm>

#include "core/dht/read.hpp"
#include "tests/unit/dht/set_samples.hpp"

namespace p2pns::dht {
namespace {

using wire::StoreVerdict;

Result<VerifiedRecord> read(const SignedRecord& record) {
  return verify(record, crypto::SodiumVerifier{}, test_parameters(), test_wall);
}

class PublishedSet : public testing::Test {
 protected:
  VerifiedRecord set(const Owner& owner, std::uint64_t sequence, std::uint32_t generation = 0) {
    return *read(set_of(owner, {.sequence = sequence, .generation = generation}));
  }
  VerifiedRecord binding(const Owner& owner, std::uint32_t generation = 0) {
    Binding value = owner.binding("alice");
    value.generation = generation;
    return verified(value, owner);
  }

  test::SeededRandom random{5};
  Owner one{random};
  Owner two{random};
};

TEST_F(PublishedSet, IsARecordOfItsName) {
  const auto record = read(set_of(one, {.sequence = 7, .generation = 2}));
  ASSERT_TRUE(record) << record.error().message();
  EXPECT_EQ(record->key(), name_position("p2p", "alice", 0));
  EXPECT_EQ(record->owner(), one.keys.public_key());
  EXPECT_EQ(record->generation(), 2U);
  EXPECT_EQ(record->sequence(), 7U);
}

TEST_F(PublishedSet, WasMeantToBePublished) {
  EXPECT_EQ(read(set_of(one, {.purpose = "record set v1"})).error(), Errc::bad_signature);
}

TEST_F(PublishedSet, HoldsItsRecordsAndNothingElse) {
  EXPECT_EQ(read(set_of(one, {.count = 0})).error(), Errc::trailing_bytes);
  EXPECT_FALSE(read(set_of(one, {.count = 2})));
  EXPECT_EQ(read(set_of(one, {.behind = ByteVector(1)})).error(), Errc::trailing_bytes);
  EXPECT_EQ(read(set_of(one, {.sequence = 0})).error(), Errc::malformed);
  const ByteVector record(1 + 2 + 4 + 2);
  ByteVector many;
  for (std::size_t i = 1; i < records_per_set_maximum; ++i) many.insert(many.end(), record.begin(), record.end());
  EXPECT_EQ(read(set_of(one, {.count = records_per_set_maximum, .data_bytes = 0, .behind = many})).error(),
            Errc::too_large)
      << "over 1,000 bytes";
  EXPECT_EQ(read(set_of(one, {.count = records_per_set_maximum + 1})).error(), Errc::too_large);
  const std::size_t rest = wire::record_maximum_bytes - set_of(one, {.data_bytes = 0}).bytes.size();
  EXPECT_TRUE(read(set_of(one, {.data_bytes = rest})));
  EXPECT_EQ(read(set_of(one, {.data_bytes = rest + 1})).error(), Errc::too_large);
}

TEST_F(PublishedSet, IsTakenBesideItsOwnersBindingOnly) {
  const auto beside = [&](const std::optional<VerifiedRecord>& binding, const VerifiedRecord& incoming,
                          const std::optional<VerifiedRecord>& existing = std::nullopt, Duration later = 0s) {
    return decide_published(binding, existing, incoming,
                            test_wall + std::chrono::duration_cast<std::chrono::milliseconds>(later));
  };
  EXPECT_EQ(beside(std::nullopt, set(one, 1)), StoreVerdict::not_responsible);
  EXPECT_EQ(beside(binding(one), set(one, 1)), StoreVerdict::stored);
  EXPECT_EQ(beside(binding(two), set(one, 1)), StoreVerdict::taken);
  EXPECT_EQ(beside(binding(one), set(one, 1), std::nullopt, std::chrono::days{31}), StoreVerdict::not_responsible);
  EXPECT_EQ(beside(binding(one, 2), set(one, 1, 1)), StoreVerdict::stale);
  EXPECT_EQ(beside(binding(one, 2), set(one, 1, 2)), StoreVerdict::stored);
  EXPECT_EQ(beside(binding(one, 2), set(one, 1, 3)), StoreVerdict::stored);
  EXPECT_EQ(beside(binding(one), set(one, 5), set(one, 4)), StoreVerdict::stored);
  EXPECT_EQ(beside(binding(one), set(one, 5), set(one, 5)), StoreVerdict::stored);
  EXPECT_EQ(beside(binding(one), set(one, 4), set(one, 5)), StoreVerdict::stale);
  EXPECT_EQ(beside(binding(one), *read(set_of(one, {.sequence = 5, .data_bytes = 8})), set(one, 5)),
            StoreVerdict::stale);
  EXPECT_EQ(beside(binding(one), set(one, 4), set(two, 5)), StoreVerdict::stored) << "of an earlier owner";
}

TEST_F(PublishedSet, IsShownAsLongAsThatLease) {
  const UnixTime end = test_wall + std::chrono::days{30} + clock_tolerance;
  EXPECT_TRUE(stands_beside(set(one, 1), binding(one), end));
  EXPECT_FALSE(stands_beside(set(one, 1), binding(one), end + 1ms));
  EXPECT_FALSE(stands_beside(set(one, 1), std::nullopt, test_wall));
  EXPECT_FALSE(stands_beside(set(one, 1), binding(two), test_wall));
  EXPECT_FALSE(stands_beside(set(one, 1, 1), binding(one, 2), test_wall));
}

TEST_F(PublishedSet, IsReadFromWhoeverShowsTheNewest) {
  const auto vote = [](const VerifiedRecord& record) { return Vote{true, record}; };
  const std::vector<Vote> votes{{}, {true, std::nullopt}, vote(set(one, 3)), vote(set(one, 4)), vote(set(two, 9))};
  const ReadResult result = judge_published(votes, one.keys.public_key());
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.record->sequence(), 4U);
  EXPECT_EQ(result.tally.answered, 4U);
  EXPECT_EQ(result.tally.agreeing, 1U);
  EXPECT_EQ(result.tally.empty, 1U);
  EXPECT_FALSE(judge_published({{true, std::nullopt}}, one.keys.public_key()).record);
  EXPECT_EQ(judge_published({{}, {}}, one.keys.public_key()).error, Errc::not_reachable);
}

class PublicationTest : public PublishedSet {
 protected:
  Result<Tally> publish(const SignedRecord& record, std::size_t at = 0) {
    std::optional<Result<Tally>> result;
    const auto operation = overlay.node(at).dht->publish(record, [&](Result<Tally> tally) { result = tally; });
    return overlay.wait_for(result);
  }
  ReadResult get_published(const Owner& owner, std::size_t at = 30) {
    std::optional<ReadResult> result;
    const auto operation = overlay.node(at).dht->get_published(
        owner.binding("alice"), read_time_out, [&](ReadResult outcome) { result = std::move(outcome); });
    return overlay.wait_for(result);
  }
  std::uint64_t published() {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < overlay.size(); ++i) sum += overlay.node(i).dht->replica().counters().published;
    return sum;
  }
  std::size_t holders() {
    std::size_t count = 0;
    for (std::size_t i = 0; i < overlay.size(); ++i)
      count += overlay.node(i).store.find(name_position("p2p", "alice", 0), RecordType::record_set) ? 1U : 0U;
    return count;
  }

  DhtOverlay overlay{40};
};

TEST_F(PublicationTest, IsWrittenAtTheSixteenReplicasAndCostsWritesOfItsOwn) {
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  EXPECT_EQ(overlay.writes(), 16U);
  EXPECT_EQ(published(), 0U);
  const auto tally = publish(set_of(one));
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->replicas, 16U);
  EXPECT_EQ(tally->agreeing, 16U);
  EXPECT_EQ(overlay.writes(), 32U);
  EXPECT_EQ(published(), 16U);
  EXPECT_EQ(publish(set_of(one))->agreeing, 16U) << "once more: they have it";
  EXPECT_EQ(overlay.writes(), 32U);
  const ReadResult found = get_published(one);
  ASSERT_TRUE(found.record);
  EXPECT_EQ(found.record->bytes(), set_of(one).bytes);
  EXPECT_EQ(found.tally.agreeing, 16U);
  EXPECT_EQ(overlay.get(30, "alice").record->type(), RecordType::binding);
}

TEST_F(PublicationTest, NeedsABinding) {
  const auto tally = publish(set_of(one));
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->answered, 16U);
  EXPECT_EQ(tally->agreeing, 0U);
  ASSERT_TRUE(overlay.claim(0, two.binding("alice"), two));
  EXPECT_EQ(publish(set_of(one))->others, 16U);
  EXPECT_EQ(published(), 0U);
}

TEST_F(PublicationTest, IsReplacedByANewerOneOfItsOwnerOnly) {
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  ASSERT_TRUE(publish(set_of(one, {.sequence = 5})));
  EXPECT_EQ(publish(set_of(one, {.sequence = 4}))->agreeing, 0U);
  EXPECT_EQ(publish(set_of(two, {.sequence = 9}))->agreeing, 0U);
  EXPECT_EQ(get_published(one).record->sequence(), 5U);
  EXPECT_EQ(publish(set_of(one, {.sequence = 6}))->agreeing, 16U);
  EXPECT_EQ(get_published(one).record->sequence(), 6U);
  EXPECT_FALSE(get_published(two).record);
}

TEST_F(PublicationTest, GoesWithItsBinding) {
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  ASSERT_TRUE(publish(set_of(one)));
  EXPECT_EQ(holders(), 16U);
  ASSERT_TRUE(overlay.release(0, one.binding("alice", 9), one));
  overlay.settle();
  EXPECT_EQ(holders(), 0U);
  EXPECT_EQ(publish(set_of(one))->agreeing, 0U) << "somebody kept it";
  ASSERT_TRUE(overlay.claim(1, two.binding("alice"), two));
  EXPECT_EQ(publish(set_of(one))->agreeing, 0U);
}

TEST_F(PublicationTest, OfAnEarlierOwnerIsDroppedWhenTheNameChangesHands) {
  Binding soon_over = one.binding("alice");
  soon_over.not_after = test_wall + 1h;
  ASSERT_TRUE(overlay.claim(0, soon_over, one));
  ASSERT_TRUE(publish(set_of(one)));
  overlay.network.run_for(1h + clock_tolerance + 1s);
  EXPECT_FALSE(get_published(one).record) << "the lease is over";
  ASSERT_TRUE(overlay.claim(0, two.binding("alice"), two));
  EXPECT_EQ(holders(), 0U);
  EXPECT_FALSE(get_published(one).record);
}

TEST_F(PublicationTest, IsFoundAsLongAsOneReplicaHasIt) {
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  ASSERT_TRUE(publish(set_of(one)));
  const auto replicas = overlay.replicas_of("alice");
  for (std::size_t i = 1; i < replicas.size(); ++i)
    replicas[i]
        ->store.remove(name_position("p2p", "alice", 0), RecordType::record_set, [](const Result<void>&) {})
        .detach();
  const ReadResult found = get_published(one);
  ASSERT_TRUE(found.record);
  EXPECT_EQ(found.tally.agreeing, 1U);
  EXPECT_EQ(found.tally.empty, 15U);
}

TEST_F(PublicationTest, IsFoundByALookupThatWasCutOff) {
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  ASSERT_TRUE(publish(set_of(one)));
  overlay.node(30).routing.cut_off_after(3);
  EXPECT_TRUE(get_published(one).record);
}

TEST_F(PublicationTest, ThatDoesNotVerifyIsRefusedAtOnce) {
  SignedRecord forged = set_of(one);
  forged.bytes.back() ^= std::byte{1};
  EXPECT_EQ(publish(forged).error(), Errc::bad_signature);
  EXPECT_EQ(overlay.node(0).routing.lookups(), 0U);
}

TEST_F(PublicationTest, DoesNotMakeAnOwnerRunUpItsSequence) {
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  ASSERT_TRUE(publish(set_of(one, {.sequence = 1'780'000'000'000})));
  Binding other = one.binding("alice");
  other.not_after -= 1h;
  const auto again = overlay.claim(1, other, one);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->record.sequence(), 2U);
}

TEST_F(PublicationTest, MayDestroyTheDhtInItsCompletion) {
  ASSERT_TRUE(overlay.claim(0, one.binding("alice"), one));
  bool done = false;
  const auto operation = overlay.node(0).dht->publish(set_of(one), [&](const Result<Tally>&) {
    overlay.node(0).host.on_datagram(nullptr);
    overlay.node(0).dht.reset();
    done = true;
  });
  EXPECT_TRUE(overlay.network.run_until([&] { return done; }));
}

}  // namespace
}  // namespace p2pns::dht
