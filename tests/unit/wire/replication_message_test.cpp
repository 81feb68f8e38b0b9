// Counts and masks of the messages between replicas, at, below and above their maxima.
#include "core/wire/replication_message.hpp"

#include <gtest/gtest.h>

#include "tests/unit/wire/samples.hpp"

namespace p2pns::wire {
namespace {

template <class T>
boost::system::error_code error_of(const Result<T>& result) {
  return result ? boost::system::error_code{} : result.error();
}

/// A body whose count stands at `at`: with one more than its maximum, and with none.
template <class T>
void expect_count_checked(ByteVector body, std::size_t at, std::size_t maximum, Result<T> (*decode)(Bytes),
                          bool may_be_none) {
  body.resize(at + 1);
  body[at] = static_cast<std::byte>(maximum + 1);
  EXPECT_EQ(error_of(decode(body)), Errc::too_large);
  body[at] = static_cast<std::byte>(maximum);
  EXPECT_EQ(error_of(decode(body)), Errc::truncated);
  body[at] = {};
  EXPECT_EQ(error_of(decode(body)), may_be_none ? Errc::truncated : Errc::malformed);
}

TEST(ReplicationMessages, CountsHaveTheirMaxima) {
  expect_count_checked(encode(HandOver{{{1, ByteVector(8)}}}), 0, records_per_message_maximum, decode_hand_over, false);
  expect_count_checked(encode(HandedOver{{{}}}, body_maximum_bytes), 0, records_per_message_maximum, decode_handed_over,
                       false);
  expect_count_checked(encode(Offer{{{}}}), 0, offers_per_message_maximum, decode_offer, false);
  expect_count_checked(encode(Offered{{OfferState::held}}), 0, offers_per_message_maximum, decode_offered, false);
  expect_count_checked(encode(CompareRanges{{{}}}), 0, ranges_per_message_maximum, decode_compare_ranges, false);
  expect_count_checked(encode(RangePage{}), 8, records_per_message_maximum, decode_range_page, true);
}

TEST(ReplicationMessages, APullNamesUpToSixtyFourKnownRecords) {
  for (const std::size_t count : {0U, 63U, 64U}) {
    PullRange pull;
    pull.known.resize(count);
    const auto again = decode_pull_range(encode(pull));
    ASSERT_TRUE(again) << count;
    EXPECT_EQ(again->known.size(), count);
  }
  ByteVector body = encode(PullRange{});
  body.back() = std::byte{65};
  body.resize(body.size() + 65 * sizeof(RecordDigest));
  EXPECT_EQ(error_of(decode_pull_range(body)), Errc::too_large);
}

TEST(ReplicationMessages, TheLargestRequestsFitWithIntroductionAndCookie) {
  PullRange pull{{}, {}, WirePlace{}, std::vector<RecordDigest>(known_digests_maximum)};
  EXPECT_LE(encode(pull).size(), introduced_body_maximum_bytes);
  EXPECT_LE(encode(Offer{std::vector<Offer::Item>(offers_per_message_maximum)}).size(), introduced_body_maximum_bytes);
  EXPECT_LE(encode(CompareRanges{std::vector<CompareRanges::Range>(ranges_per_message_maximum)}).size(),
            introduced_body_maximum_bytes);
  EXPECT_LE(encode(HandOver{{{1, ByteVector(record_maximum_bytes)}}}).size(), introduced_body_maximum_bytes);
}

TEST(ReplicationMessages, APageHoldsTheLargestRecord) {
  const RangePage page{0, {{1, ByteVector(record_maximum_bytes)}}, WirePlace{}};
  EXPECT_EQ(encode(page).size(), range_page_overhead_bytes + typed_record_bytes(record_maximum_bytes));
  EXPECT_LE(encode(page).size(), body_maximum_bytes);
}

TEST(ReplicationMessages, WhatStandsInTheWayIsLeftOutWhenItDoesNotFit) {
  const HandedOver full{{{StoreVerdict::stale, ByteVector(600)}, {StoreVerdict::taken, ByteVector(600)}}};
  const ByteVector body = encode(full, body_maximum_bytes);
  EXPECT_LE(body.size(), body_maximum_bytes);
  const auto read = decode_handed_over(body);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->items[0].existing.size(), 600U);
  EXPECT_EQ(read->items[1].verdict, StoreVerdict::taken);
  EXPECT_TRUE(read->items[1].existing.empty());
  EXPECT_TRUE(decode_handed_over(encode(full, 0)));
}

TEST(ReplicationMessages, OnlyWhatStandsInTheWayIsShown) {
  ByteVector body = encode(HandedOver{{{StoreVerdict::taken, ByteVector(3)}}}, body_maximum_bytes);
  body[1] = std::byte{0};  // stored
  EXPECT_EQ(error_of(decode_handed_over(body)), Errc::malformed);
  body[1] = std::byte{6};
  EXPECT_EQ(error_of(decode_handed_over(body)), Errc::malformed);
}

TEST(ReplicationMessages, StatesAndMasksBeyondTheirRangeAreRefused) {
  EXPECT_EQ(error_of(decode_offered(test::hex("0103"))), Errc::malformed);
  EXPECT_TRUE(decode_compared(test::hex("000fffff")));
  EXPECT_EQ(error_of(decode_compared(test::hex("00100000"))), Errc::malformed);
}

}  // namespace
}  // namespace p2pns::wire
