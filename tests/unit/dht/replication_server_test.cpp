// The asked side of replication: limits per address block, bounded pages, and what is shown to whom.
#include "core/dht/replication_server.hpp"

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;

crypto::NetworkParameters limited() {
  crypto::NetworkParameters parameters = test_parameters();
  parameters.exempt_private_blocks = false;
  return parameters;
}

class ReplicationServerTest : public testing::Test {
 protected:
  explicit ReplicationServerTest(std::size_t nodes = 2) : overlay(nodes, 4, 0, limited()), owner(overlay.random) {}

  /// How many of `count` requests sent at once were served.
  std::size_t served(MessageType type, const ByteVector& body, std::size_t count) {
    std::size_t answered = 0;
    std::vector<Operation> calls;
    for (std::size_t i = 0; i < count; ++i)
      calls.push_back(asker().channel.call(asked().handle(), type, body, wire::body_maximum_bytes,
                                           [&answered](const Result<rpc::Answer>& answer) {
                                             answered += answer && answer->type != MessageType::refused ? 1 : 0;
                                           }));
    overlay.network.run_for(20ms + 20ms);  // there and back: hardly a token more
    return answered;
  }
  void meet() { ASSERT_EQ(served(MessageType::pull_range, wire::encode(wire::PullRange{}), 1), 1U); }
  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      asked()
          .store.put(verified(owner.binding("name" + std::to_string(i)), owner), [](const Result<void>&) {})
          .detach();
  }
  wire::RangePage page(const wire::PullRange& pull) {
    std::optional<wire::RangePage> got;
    const Operation call = asker().channel.call(asked().handle(), MessageType::pull_range, wire::encode(pull),
                                                wire::body_maximum_bytes, [&](const Result<rpc::Answer>& answer) {
                                                  ASSERT_TRUE(answer);
                                                  got = *wire::decode_range_page(answer->body);
                                                });
    return overlay.wait_for(got);
  }
  DhtNode& asker() { return overlay.node(0); }
  DhtNode& asked() { return overlay.node(1); }

  DhtOverlay overlay;
  Owner owner;
};

TEST_F(ReplicationServerTest, EachMessageHasALimitOfItsOwn) {
  meet();
  const ByteVector offer = wire::encode(wire::Offer{{{}}});
  const ByteVector compare = wire::encode(wire::CompareRanges{{{}}});
  const auto burst = [](const BlockRate& rate) { return static_cast<std::size_t>(rate.burst); };
  EXPECT_EQ(served(MessageType::compare_ranges, compare, burst(compare_rate)), burst(compare_rate));
  EXPECT_EQ(served(MessageType::compare_ranges, compare, 1), 0U);
  EXPECT_EQ(served(MessageType::offer, offer, burst(offer_rate)), burst(offer_rate));
  EXPECT_LE(served(MessageType::offer, offer, 10), 4U);
  EXPECT_GT(asked().dht->replication().counters.limited, 0U);
  overlay.network.run_for(10s);
  EXPECT_EQ(served(MessageType::compare_ranges, compare, 10), 10U) << "it fills again";
}

TEST_F(ReplicationServerTest, PagesAreWalkedToTheEndWithoutGapsOrRepetitions) {
  fill(300);
  wire::PullRange pull;
  std::size_t records = 0, pages = 0;
  for (;;) {
    const wire::RangePage got = page(pull);
    records += got.records.size();
    ++pages;
    if (!got.last) break;
    pull.after = got.last;
  }
  EXPECT_EQ(records, 300U);
  EXPECT_LE(pages, 75U) << "four bindings fit on a page, or five";
}

TEST_F(ReplicationServerTest, WhatTheAskerKnowsIsMarkedAndLeftOut) {
  fill(10);
  const ScanPage all = asked().store.scan({}, std::nullopt, 10);
  wire::PullRange pull;
  for (std::size_t i = 0; i < 8; ++i) pull.known.push_back(digest_of(all.records[i]));
  pull.known.push_back(0x1234);  // something the other side does not have
  const wire::RangePage got = page(pull);
  EXPECT_EQ(got.lacking, std::uint64_t{1} << 8);
  EXPECT_EQ(got.records.size(), 2U);
  EXPECT_FALSE(got.last);
}

class FarAskerTest : public ReplicationServerTest {
 protected:
  FarAskerTest() : ReplicationServerTest(80) {}
};

TEST_F(FarAskerTest, RecordsAreShownToThoseNearTheirPosition) {
  fill(100);
  wire::PullRange pull;
  std::size_t shown = 0;
  for (;;) {
    const wire::RangePage got = page(pull);
    for (const wire::TypedRecord& record : got.records) {
      const auto read = verify({RecordType::binding, record.record}, asker().verifier, limited(), test_wall);
      ASSERT_TRUE(read);
      EXPECT_TRUE(asker().routing.responsible_for(read->key(), pulling_rank_maximum + 1));
      ++shown;
    }
    if (!got.last) break;
    pull.after = got.last;
  }
  EXPECT_GT(shown, 10U);
  EXPECT_LT(shown, 80U);
}

TEST_F(FarAskerTest, APageLooksAtABoundedNumberOfRecords) {
  for (int i = 0; asked().store.size() < records_per_turn + 10; ++i) {
    const VerifiedRecord record = verified(owner.binding("name" + std::to_string(i)), owner);
    if (asker().routing.responsible_for(record.key(), pulling_rank_maximum + 1)) continue;
    asked().store.put(record, [](const Result<void>&) {}).detach();
  }
  const wire::RangePage first = page({});
  EXPECT_TRUE(first.records.empty());
  ASSERT_TRUE(first.last) << "it stopped looking";
  wire::PullRange rest;
  rest.after = first.last;
  EXPECT_FALSE(page(rest).last);
}

}  // namespace
}  // namespace p2pns::dht
