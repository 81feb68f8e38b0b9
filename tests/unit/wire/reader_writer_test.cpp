#include <gtest/gtest.h>

#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"
#include "tests/support/hex.hpp"

namespace p2pns::wire {
namespace {

using test::hex;

TEST(Writer, WritesBigEndian) {
  Writer out;
  out.u8(0x01).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0f);
  EXPECT_EQ(out.size(), 15U);
  EXPECT_EQ(to_hex(out.view()), "0102030405060708090a0b0c0d0e0f");
}

TEST(Writer, PutsLengthsInFrontOfBytes) {
  Writer out;
  out.short_bytes(as_bytes("ab")).long_bytes(as_bytes("cd")).short_bytes({}).bytes(as_bytes("e"));
  EXPECT_EQ(to_hex(std::move(out).take()),
            "026162"
            "00026364"
            "00"
            "65");
}

TEST(Writer, WritesTheLongestStringsItsLengthsCanSay) {
  const ByteVector longest_short(255), longest(65'535);
  EXPECT_EQ(Writer{}.short_bytes(longest_short).size(), 256U);
  EXPECT_EQ(Writer{}.long_bytes(longest).size(), 65'537U);
}

TEST(WriterDeathTest, RefusesOneByteMore) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const ByteVector too_long_for_short(256), too_long(65'536);
  EXPECT_DEATH(Writer{}.short_bytes(too_long_for_short), "broken promise");
  EXPECT_DEATH(Writer{}.long_bytes(too_long), "broken promise");
}

TEST(Reader, ReadsWhatTheWriterWrote) {
  Writer out;
  out.u8(1).u16(0xfffe).u32(0xfffffffd).u64(0xfffffffffffffffc).short_bytes(as_bytes("ab")).long_bytes(as_bytes("c"));
  const ByteVector bytes = std::move(out).take();
  Reader in{bytes};
  EXPECT_EQ(in.u8(), 1U);
  EXPECT_EQ(in.u16(), 0xfffeU);
  EXPECT_EQ(in.u32(), 0xfffffffdU);
  EXPECT_EQ(in.u64(), 0xfffffffffffffffcU);
  EXPECT_EQ(as_text(in.short_bytes()), "ab");
  EXPECT_EQ(in.left(), 3U);
  EXPECT_EQ(as_text(in.long_bytes()), "c");
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(in.finish(), Errc::ok);
}

TEST(Reader, ReportsTruncationForEverythingAfterTheEnd) {
  const ByteVector bytes = hex("010203");
  Reader in{bytes};
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_EQ(in.u8(), 0U) << "an error sticks, even where a byte is left";
  EXPECT_TRUE(in.remaining().empty());
  EXPECT_EQ(in.finish(), Errc::truncated);
}

TEST(Reader, ReportsTruncationWhenALengthPromisesTooMuch) {
  const ByteVector three = hex("036162"), two = hex("00026a");
  Reader short_in{three}, long_in{two};
  EXPECT_TRUE(short_in.short_bytes().empty());
  EXPECT_TRUE(long_in.long_bytes().empty());
  EXPECT_EQ(short_in.finish(), Errc::truncated);
  EXPECT_EQ(long_in.finish(), Errc::truncated);
}

TEST(Reader, ReportsWhatIsLeftOver) {
  const ByteVector bytes = hex("0102");
  Reader in{bytes};
  in.u8();
  EXPECT_EQ(in.finish(), Errc::trailing_bytes);
  EXPECT_EQ(to_hex(in.remaining()), "02");
  EXPECT_EQ(in.finish(), Errc::ok);
}

TEST(Reader, KeepsTheFirstError) {
  Reader in{Bytes{}};
  in.fail(Errc::puzzle_unsolved);
  in.u8();
  in.fail();
  EXPECT_EQ(in.finish(), Errc::puzzle_unsolved);
}

TEST(Reader, ReadsFixedBytesWholeOrNotAtAll) {
  using Four = FixedBytes<4, struct FourTag>;
  const ByteVector bytes = hex("01020304050607");
  Reader in{bytes};
  EXPECT_EQ(to_hex(in.fixed<Four>().view()), "01020304");
  EXPECT_EQ(in.fixed<Four>(), Four{});
  EXPECT_EQ(in.finish(), Errc::truncated);
}

}  // namespace
}  // namespace p2pns::wire
