#include "core/link/frame.hpp"

#include <gtest/gtest.h>

#include "core/wire/writer.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::link {
namespace {

ByteVector bytes_of(const Frame& frame) {
  ByteVector out;
  append_frame(out, frame);
  return out;
}

Result<Frame> body_of(FrameType type, ByteVector body) { return decode_frame(static_cast<std::uint8_t>(type), body); }

TEST(Frame, IsReadAsItWasWritten) {
  const ByteVector content(300, std::byte{7});
  const MessageStart start{5, 1000, "sip", content};
  const ByteVector written = bytes_of(start);
  FrameReader reader;
  reader.feed(written);
  const auto read = reader.next();
  ASSERT_TRUE(read && *read);
  const auto& message = std::get<MessageStart>(**read);
  EXPECT_EQ(message.id, 5U);
  EXPECT_EQ(message.size_bytes, 1000U);
  EXPECT_EQ(message.protocol, "sip");
  EXPECT_TRUE(equal(message.part, content));
}

TEST(Frame, OfAnUnknownTypeIsRefused) {
  EXPECT_EQ(decode_frame(0, {}).error(), make_error_code(Errc::unknown_type));
  EXPECT_EQ(decode_frame(8, {}).error(), make_error_code(Errc::unknown_type));
}

TEST(Frame, OfTheWrongLengthIsRefused) {
  EXPECT_EQ(body_of(FrameType::ping, ByteVector(7)).error(), make_error_code(Errc::truncated));
  EXPECT_EQ(body_of(FrameType::ping, ByteVector(9)).error(), make_error_code(Errc::trailing_bytes));
  EXPECT_EQ(body_of(FrameType::bye, ByteVector(1)).error(), make_error_code(Errc::trailing_bytes));
  EXPECT_EQ(body_of(FrameType::hello, ByteVector(15)).error(), make_error_code(Errc::truncated));
}

/// The body of a message's first frame, with `part` bytes of content.
ByteVector start_body(std::uint64_t id, std::uint32_t size, std::string_view protocol, std::size_t part) {
  wire::Writer writer;
  writer.u64(id).u32(size).short_bytes(as_bytes(protocol)).bytes(ByteVector(part));
  return std::move(writer).take();
}

TEST(MessageFrame, TakesTheLargestMessageAndNoLargerOne) {
  EXPECT_TRUE(body_of(FrameType::message, start_body(1, message_maximum_bytes, "sip", 1)));
  EXPECT_EQ(body_of(FrameType::message, start_body(1, message_maximum_bytes + 1, "sip", 1)).error(),
            make_error_code(Errc::too_large));
}

TEST(MessageFrame, HoldsNoMoreThanTheMessageAndNotNothingOfIt) {
  EXPECT_TRUE(body_of(FrameType::message, start_body(1, 10, "sip", 10)));
  EXPECT_TRUE(body_of(FrameType::message, start_body(1, 0, "sip", 0)));
  EXPECT_FALSE(body_of(FrameType::message, start_body(1, 10, "sip", 11)));
  EXPECT_FALSE(body_of(FrameType::message, start_body(1, 10, "sip", 0)));
}

TEST(MessageFrame, HasAnIdAndAProtocol) {
  EXPECT_FALSE(body_of(FrameType::message, start_body(0, 1, "sip", 1)));
  EXPECT_FALSE(body_of(FrameType::message, start_body(1, 1, "", 1)));
  EXPECT_FALSE(body_of(FrameType::message, start_body(1, 1, "SIP", 1)));
}

TEST(PartFrame, IsNeverEmpty) {
  EXPECT_TRUE(body_of(FrameType::part, ByteVector(9)));
  EXPECT_FALSE(body_of(FrameType::part, ByteVector(8)));
}

TEST(ProtocolName, HasOneToSixteenSmallLettersDigitsAndHyphens) {
  for (const auto* const good : {"s", "sip", "xmpp-2", "abcdefghijklmnop"}) EXPECT_TRUE(is_protocol_name(good)) << good;
  for (const auto* const bad : {"", "Sip", "si p", "s_p", "abcdefghijklmnopq"})
    EXPECT_FALSE(is_protocol_name(bad)) << bad;
}

TEST(Outcome, TravelsAsOneOfFewOrAsRefusal) {
  for (const Errc errc : {Errc::ok, Errc::refused, Errc::not_owner, Errc::no_such_name, Errc::overloaded,
                          Errc::malformed, Errc::unsupported, Errc::timed_out})
    EXPECT_EQ(outcome_of(status_of(make_error_code(errc))), errc) << name_of(errc);
  EXPECT_EQ(outcome_of(status_of(make_error_code(Errc::io_error))), Errc::refused);
  EXPECT_EQ(outcome_of(8), Errc::refused);
  EXPECT_EQ(outcome_of(255), Errc::refused);
}

TEST(FrameReader, TakesTheLargestFrameAndNoLargerOne) {
  const ByteVector content(frame_maximum_bytes - part_head_bytes, std::byte{1});
  const ByteVector largest = bytes_of(MessagePart{1, content});
  ASSERT_EQ(largest.size(), frame_maximum_bytes);
  FrameReader reader;
  reader.feed(largest);
  EXPECT_TRUE(reader.next());
  wire::Writer larger;
  larger.u8(3).u16(static_cast<std::uint16_t>(frame_maximum_bytes - frame_head_bytes + 1));
  reader.feed(larger.view());
  EXPECT_EQ(reader.next().error(), make_error_code(Errc::too_large)) << "told before its bytes have come";
}

TEST(FrameReader, ReadsTheSameHoweverTheBytesAreCut) {
  test::SeededRandom random(test::announced_seed());
  ByteVector all;
  constexpr std::uint64_t count = 200;
  for (std::uint64_t i = 1; i <= count; ++i) append_frame(all, MessagePart{i, random.bytes(1 + random.below(400))});
  FrameReader reader;
  std::uint64_t expected = 1;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random.below(700), all.size() - at);
    reader.feed(Bytes{all}.subspan(at, size));
    at += size;
    for (auto frame = reader.next(); frame && *frame; frame = reader.next())
      EXPECT_EQ(std::get<MessagePart>(**frame).id, expected++);
  }
  EXPECT_EQ(expected, count + 1);
  EXPECT_EQ(reader.held_bytes(), 0U);
}

}  // namespace
}  // namespace p2pns::link
