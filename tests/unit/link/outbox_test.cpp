#include "core/link/outbox.hpp"

#include <gtest/gtest.h>

namespace p2pns::link {
namespace {

class OutboxTest : public testing::Test {
 protected:
  void add(std::string_view protocol, std::size_t size) {
    OutgoingMessage message;
    message.id = ++last_id_;
    message.protocol = protocol;
    message.bytes = ByteVector(size, std::byte{'x'});
    message.size_bytes = size;
    outbox_.add(std::move(message));
  }
  /// The ids of the frames of one write, with "+" for those that go on.
  std::string write(std::size_t room = frame_maximum_bytes) {
    ByteVector out;
    outbox_.write(out, room, TimePoint{});
    EXPECT_LE(out.size(), room);
    FrameReader reader;
    reader.feed(out);
    std::string ids;
    for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
      if (const auto* const start = std::get_if<MessageStart>(&**frame)) ids += " " + std::to_string(start->id);
      if (const auto* const part = std::get_if<MessagePart>(&**frame)) ids += " +" + std::to_string(part->id);
    }
    return ids;
  }
  std::string writes(int count) {
    std::string ids;
    for (int i = 0; i < count; ++i) ids += write();
    return ids;
  }

  std::uint64_t last_id_ = 0;
  Outbox outbox_;
};

TEST_F(OutboxTest, WritesSmallMessagesTogether) {
  add("sip", 100);
  add("sip", 100);
  EXPECT_EQ(write(), " 1 2");
  EXPECT_FALSE(outbox_.can_write());
}

TEST_F(OutboxTest, LetsASmallMessagePassALargeOneOfAnotherProtocol) {
  add("xmpp", 100'000);
  EXPECT_EQ(write(), " 1");
  add("sip", 100);
  EXPECT_EQ(write(), " +1");
  EXPECT_EQ(write(), " 2 +1") << "it waits for one frame at most";
}

TEST_F(OutboxTest, LetsProtocolsTakeTurns) {
  add("xmpp", 100'000);
  add("sip", 100'000);
  EXPECT_EQ(writes(4), " 1 2 +1 +2");
}

TEST_F(OutboxTest, KeepsTheOrderWithinAProtocol) {
  add("xmpp", 40'000);
  add("xmpp", 10);
  EXPECT_EQ(writes(3), " 1 +1 +1 2");
}

TEST_F(OutboxTest, BeginsAWindowOfMessagesAndNotOneMore) {
  for (std::size_t i = 0; i < window_maximum_messages + 1; ++i) add("sip", 1);
  write();
  EXPECT_EQ(outbox_.unacknowledged(), window_maximum_messages);
  EXPECT_FALSE(outbox_.can_write());
  ASSERT_TRUE(outbox_.take_answered(7));
  EXPECT_EQ(write(), " 65");
}

TEST_F(OutboxTest, BeginsAWindowOfBytesAndNotOneMore) {
  add("xmpp", message_maximum_bytes);
  add("xmpp", message_maximum_bytes);
  add("xmpp", 1);
  while (outbox_.can_write()) write();
  EXPECT_EQ(outbox_.unacknowledged(), 2U);
  ASSERT_TRUE(outbox_.take_answered(1));
  EXPECT_EQ(write(), " 3");
}

TEST_F(OutboxTest, HasAWindowForEachProtocol) {
  for (std::size_t i = 0; i < window_maximum_messages + 1; ++i) add("sip", 1);
  write();
  add("xmpp", 1);
  EXPECT_TRUE(outbox_.can_write());
}

TEST_F(OutboxTest, RefusesAnswersThatCannotBe) {
  add("xmpp", 100'000);
  write();
  EXPECT_FALSE(outbox_.take_answered(1)) << "not written to its end";
  EXPECT_FALSE(outbox_.take_answered(2)) << "never sent";
  while (outbox_.can_write()) write();
  EXPECT_TRUE(outbox_.take_answered(1));
  EXPECT_FALSE(outbox_.take_answered(1)) << "answered before";
}

TEST_F(OutboxTest, FinishesWhatWasBegunWhenItIsHeld) {
  add("xmpp", 30'000);
  add("xmpp", 10);
  write();
  outbox_.hold();
  EXPECT_EQ(write() + write(), " +1");
  EXPECT_EQ(outbox_.take_all_begun().size(), 1U);
  EXPECT_EQ(outbox_.take_all_waiting().size(), 1U);
}

TEST_F(OutboxTest, FitsIntoAnyRoom) {
  add("abcdefghijklmnop", 5'000);
  for (std::size_t room = 0; room < 2'000; room += 7) write(room);
  while (outbox_.can_write()) write(600);
  EXPECT_TRUE(outbox_.take_answered(1));
}

}  // namespace
}  // namespace p2pns::link
