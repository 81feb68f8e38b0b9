// Every body: round trip, truncation, trailing bytes, the limits of every field.
#include "core/wire/message.hpp"

#include <gtest/gtest.h>

#include "tests/unit/wire/samples.hpp"

namespace p2pns::wire {
namespace {

using namespace test_samples;
using test::hex;

template <class T>
boost::system::error_code error_of(const Result<T>& result) {
  return result ? boost::system::error_code{} : result.error();
}

TEST(Message, EveryBodyReturnsFromTheWireAsItWas) {
  for (const Sample& sample : all_samples()) {
    const auto again = sample.recode(sample.encoded);
    ASSERT_TRUE(again) << sample.name << ": " << again.error().message();
    EXPECT_EQ(*again, sample.encoded) << sample.name;
  }
}

TEST(Message, EveryTruncationOfEveryBodyIsRefused) {
  for (const Sample& sample : all_samples())
    for (std::size_t size = 0; size < sample.encoded.size(); ++size)
      EXPECT_EQ(error_of(sample.recode(Bytes{sample.encoded}.first(size))), Errc::truncated)
          << sample.name << " cut to " << size;
}

TEST(Message, TrailingBytesAreRefused) {
  for (const Sample& sample : all_samples())
    for (const std::byte extra : {std::byte{0}, std::byte{0xff}}) {
      ByteVector longer = sample.encoded;
      longer.push_back(extra);
      EXPECT_EQ(error_of(sample.recode(longer)), Errc::trailing_bytes) << sample.name;
    }
}

// Whatever a changed byte turns a body into, it is refused or is itself the one encoding of its value.
TEST(Message, NoValueHasTwoEncodings) {
  for (const Sample& sample : all_samples()) {
    if (sample.name == "refused") continue;  // reasons of later versions read as unspecified
    for (std::size_t i = 0; i < sample.encoded.size(); ++i)
      for (int value = 0; value < 256; ++value) {
        ByteVector changed = sample.encoded;
        changed[i] = static_cast<std::byte>(value);
        const auto again = sample.recode(changed);
        if (again) {
          EXPECT_EQ(*again, changed) << sample.name << " byte " << i;
        }
      }
  }
}

TEST(Ping, FlagIsZeroOrOne) {
  EXPECT_FALSE(decode_ping(hex("00"))->joined);
  EXPECT_TRUE(decode_ping(hex("01"))->joined);
  EXPECT_EQ(error_of(decode_ping(hex("02"))), Errc::malformed);
}

TEST(Pong, SaysNoAddressWhenTheObservedOneCannotBeUsed) {
  const ByteVector body = encode(Pong{true, *parse_endpoint("192.0.2.1:0")});
  EXPECT_EQ(to_hex(body), "0100");
  const auto pong = decode_pong(body);
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->observed, Endpoint{});
}

TEST(Pong, RefusesUnknownFormsAndUnusableAddresses) {
  EXPECT_EQ(error_of(decode_pong(hex("0105c0000201107e"))), Errc::malformed);
  EXPECT_EQ(error_of(decode_pong(hex("010ac0000201107e"))), Errc::malformed);
  EXPECT_EQ(error_of(decode_pong(hex("0104c00002010000"))), Errc::malformed);
  EXPECT_EQ(error_of(decode_pong(hex("010400000000107e"))), Errc::malformed);
}

TEST(FindNode, WantsOneToTwentyFourContacts) {
  const ByteVector target(20);
  const auto with_count = [&target](int count) {
    ByteVector body = target;
    body.push_back(static_cast<std::byte>(count));
    return decode_find_node(body);
  };
  EXPECT_EQ(error_of(with_count(0)), Errc::malformed);
  EXPECT_EQ(with_count(1)->contacts_wanted, 1U);
  EXPECT_EQ(with_count(24)->contacts_wanted, 24U);
  EXPECT_EQ(error_of(with_count(25)), Errc::malformed);
}

// u16 length and a record of that size.
ByteVector with_record(std::string_view prefix, std::size_t size, std::string_view suffix = "") {
  Writer out;
  out.bytes(hex(prefix)).long_bytes(ByteVector(size, std::byte{7})).bytes(hex(suffix));
  return std::move(out).take();
}

TEST(Message, RecordsHaveAtMostOneThousandBytes) {
  for (const std::size_t size : {999U, 1000U, 1001U}) {
    const bool fits = size <= record_maximum_bytes;
    const boost::system::error_code expected = fits ? Errc::ok : Errc::too_large;
    const auto same = [&expected](const boost::system::error_code& error) {
      return error == expected || (!error && expected == Errc::ok);
    };
    EXPECT_TRUE(same(error_of(decode_value(with_record("", size, "00"), {0, 0})))) << size;
    EXPECT_TRUE(same(error_of(decode_store(with_record("01", size))))) << size;
    EXPECT_TRUE(same(error_of(decode_stored(with_record("01", size))))) << size;
    EXPECT_TRUE(same(error_of(decode_withdraw(with_record("", size))))) << size;
    EXPECT_TRUE(same(error_of(decode_owner_says(with_record("", size))))) << size;
  }
}

TEST(Message, TheLargestRecordFitsIntoARequestWithIntroductionAndCookie) {
  const ByteVector largest(record_maximum_bytes);
  EXPECT_LE(encode(Store{1, largest}).size(), introduced_body_maximum_bytes);
  EXPECT_LE(encode(Withdraw{largest}).size(), introduced_body_maximum_bytes);
}

TEST(Message, WhatIsToBeStoredOrWithdrawnIsNotEmpty) {
  EXPECT_EQ(error_of(decode_store(hex("010000"))), Errc::malformed);
  EXPECT_EQ(error_of(decode_withdraw(hex("0000"))), Errc::malformed);
  EXPECT_EQ(decode_store(hex("01000105"))->record.size(), 1U);
}

TEST(Stored, ShowsARecordOnlyWhenOneStandsInTheWay) {
  for (int verdict = 0; verdict <= 6; ++verdict) {
    ByteVector with = with_record("00", 3), without = with_record("00", 0);
    with[0] = without[0] = static_cast<std::byte>(verdict);
    const bool known = verdict <= 5, shows = verdict == 1 || verdict == 2;
    EXPECT_EQ(decode_stored(without).has_value(), known) << verdict;
    EXPECT_EQ(decode_stored(with).has_value(), shows) << verdict;
    if (known) {
      EXPECT_EQ(decode_stored(without)->verdict, static_cast<StoreVerdict>(verdict));
    }
  }
}

TEST(AskOwner, NamesHaveAtMost127Bytes) {
  const auto with_length = [](std::size_t size) {
    return decode_ask_owner(std::move(Writer{}.short_bytes(ByteVector(size, std::byte{'a'}))).take());
  };
  EXPECT_EQ(with_length(126)->name, std::string(126, 'a'));
  EXPECT_EQ(with_length(127)->name, std::string(127, 'a'));
  EXPECT_EQ(error_of(with_length(128)), Errc::too_large);
}

TEST(Refused, ReadsReasonsOfLaterVersionsAsUnspecified) {
  for (int reason = 0; reason < 256; ++reason) {
    const auto refused = decode_refused(ByteVector{static_cast<std::byte>(reason)});
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->reason, reason <= 4 ? static_cast<RefusalReason>(reason) : RefusalReason::unspecified);
  }
}

TEST(MessageDeathTest, EncodersRefuseWhatNoDecoderTakes) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const ByteVector too_long(record_maximum_bytes + 1);
  EXPECT_DEATH(encode(Store{1, too_long}), "broken promise");
  EXPECT_DEATH(encode(Store{1, {}}), "broken promise");
  EXPECT_DEATH(encode(Stored{StoreVerdict::stored, ByteVector(1)}), "broken promise");
  EXPECT_DEATH(encode(FindNode{{}, 25}), "broken promise");
  EXPECT_DEATH(encode(AskOwner{std::string(128, 'a')}), "broken promise");
}

}  // namespace
}  // namespace p2pns::wire
