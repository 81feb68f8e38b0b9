#include "core/link/inbox.hpp"

#include <gtest/gtest.h>

namespace p2pns::link {
namespace {

class InboxTest : public testing::Test {
 protected:
  /// Begins a message of `size` bytes and gives all that fits into its first frame, or `part` bytes of it.
  Result<std::optional<IncomingMessage>> start(std::uint64_t id, std::size_t size, std::string_view protocol = "sip",
                                               std::optional<std::size_t> part = std::nullopt, bool wanted = true) {
    const Bytes content = Bytes{content_}.first(part.value_or(std::min<std::size_t>(size, 16'000)));
    return inbox_.on_start({id, static_cast<std::uint32_t>(size), protocol, content}, wanted, TimePoint{});
  }
  Result<std::optional<IncomingMessage>> go_on(std::uint64_t id, std::size_t part) {
    return inbox_.on_part({id, Bytes{content_}.first(part)});
  }
  /// A whole message.
  Result<std::optional<IncomingMessage>> whole(std::uint64_t id, std::size_t size) {
    auto received = start(id, size);
    for (std::size_t left = size - std::min<std::size_t>(size, 16'000); received && left > 0;) {
      const std::size_t part = std::min<std::size_t>(left, 16'000);
      received = go_on(id, part);
      left -= part;
    }
    return received;
  }

  ByteVector content_ = ByteVector(message_maximum_bytes, std::byte{'x'});
  std::size_t held_ = 0;
  Inbox inbox_{held_};
};

TEST_F(InboxTest, PutsAMessageTogether) {
  ASSERT_FALSE(start(1, 10, "sip", 4).value());
  ASSERT_FALSE(go_on(1, 5).value());
  const auto message = go_on(1, 1).value();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->id, 1U);
  EXPECT_EQ(message->protocol, "sip");
  EXPECT_EQ(message->bytes.size(), 10U);
}

TEST_F(InboxTest, ReadsSeveralProtocolsAtTheSameTime) {
  ASSERT_FALSE(start(1, 10, "xmpp", 4).value());
  EXPECT_TRUE(start(2, 3, "sip").value());
  EXPECT_TRUE(go_on(1, 6).value());
}

TEST_F(InboxTest, RefusesAMessageInsideAnotherOfItsProtocol) {
  ASSERT_FALSE(start(1, 10, "sip", 4).value());
  EXPECT_EQ(start(2, 3).error(), make_error_code(Errc::malformed));
}

TEST_F(InboxTest, RefusesPartsOfNoMessageAndTooLongOnes) {
  EXPECT_FALSE(go_on(1, 1));
  ASSERT_FALSE(start(1, 10, "sip", 4).value());
  EXPECT_FALSE(go_on(2, 1));
  EXPECT_FALSE(go_on(1, 7));
}

TEST_F(InboxTest, WantsRisingIds) {
  EXPECT_TRUE(start(5, 1));
  EXPECT_EQ(start(5, 1).error(), make_error_code(Errc::malformed));
  EXPECT_EQ(start(4, 1).error(), make_error_code(Errc::malformed));
  EXPECT_TRUE(start(6, 1));
}

TEST_F(InboxTest, TakesAWindowOfMessagesAndNotOneMore) {
  for (std::size_t i = 1; i <= window_maximum_messages; ++i) ASSERT_TRUE(start(i, 1));
  EXPECT_EQ(start(100, 1).error(), make_error_code(Errc::overloaded));
  EXPECT_TRUE(inbox_.answer(1));
  EXPECT_TRUE(start(101, 1));
}

TEST_F(InboxTest, TakesAWindowOfBytesAndNotOneMore) {
  ASSERT_TRUE(whole(1, message_maximum_bytes));
  ASSERT_TRUE(whole(2, message_maximum_bytes - 1));
  EXPECT_TRUE(start(3, 1));
  EXPECT_EQ(start(4, 1).error(), make_error_code(Errc::overloaded));
  EXPECT_EQ(held_, window_maximum_bytes);
}

TEST_F(InboxTest, HasAWindowForEachProtocol) {
  for (std::size_t i = 1; i <= window_maximum_messages; ++i) ASSERT_TRUE(start(i, 1));
  EXPECT_TRUE(start(100, 1, "xmpp"));
}

TEST_F(InboxTest, TakesSoManyProtocolsAndNotOneMore) {
  for (std::size_t i = 1; i <= protocols_maximum; ++i) ASSERT_TRUE(start(i, 1, "p" + std::to_string(i)));
  EXPECT_EQ(start(100, 1, "another").error(), make_error_code(Errc::overloaded));
}

TEST_F(InboxTest, KeepsNothingOfWhatNobodyTakes) {
  const auto message = start(1, 1000, "hip", 1000, false).value();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->refusal, Errc::unsupported);
  EXPECT_TRUE(message->bytes.empty());
  EXPECT_EQ(held_, 0U);
}

TEST_F(InboxTest, DropsAMessageWhenAllInboxesHoldTooMuch) {
  held_ = received_maximum_bytes - 1000;
  EXPECT_EQ(start(1, 1000)->value().refusal, Errc::ok) << "exactly full";
  inbox_.answer(1);
  ASSERT_FALSE(start(2, 1001, "sip", 1000).value());
  EXPECT_EQ(go_on(2, 1)->value().refusal, Errc::overloaded) << "one byte more";
  EXPECT_EQ(held_, received_maximum_bytes - 1000) << "what had come of it is given back";
}

TEST_F(InboxTest, GivesBackWhatItHoldsWhenItDies) {
  {
    Inbox other(held_);
    ASSERT_TRUE(other.on_start({1, 100, "sip", Bytes{content_}.first(60)}, true, TimePoint{}));
    EXPECT_EQ(held_, 60U);
  }
  EXPECT_EQ(held_, 0U);
}

}  // namespace
}  // namespace p2pns::link
