#include "core/base/bytes.hpp"

#include <gtest/gtest.h>
#include <unordered_set>

#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns {
namespace {

using Three = FixedBytes<3, struct ThreeTag>;
using Ten = FixedBytes<10, struct TenTag>;

TEST(Hex, WritesLowerCaseAndReadsBothCases) {
  const ByteVector bytes = *from_hex("00ff10Ab");
  EXPECT_EQ(to_hex(bytes), "00ff10ab");
  EXPECT_EQ(to_hex({}), "");
  EXPECT_TRUE(from_hex("")->empty());
}

TEST(Hex, RefusesOddLengthsAndForeignCharacters) {
  for (const std::string_view text : {"0", "012", "0g", "g0", " 0", "0x", "-1", "\xc3\xa9"}) {
    const auto bytes = from_hex(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error(), Errc::malformed);
  }
}

// RFC 4648, section 10, in lower case and without padding.
TEST(Base32, MatchesRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "my"},
                                                                   {"fo", "mzxq"},
                                                                   {"foo", "mzxw6"},
                                                                   {"foob", "mzxw6yq"},
                                                                   {"fooba", "mzxw6ytb"},
                                                                   {"foobar", "mzxw6ytboi"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base32(as_bytes(plain)), encoded);
    const auto decoded = from_base32(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
  EXPECT_EQ(as_text(*from_base32("MZXW6")), "foo");
}

TEST(Base32, WritesAPublicKeyAsFiftyTwoCharacters) {
  const ByteVector key(32, std::byte{0xff});
  EXPECT_EQ(to_base32(key).size(), 52U);
}

TEST(Base32, RefusesImpossibleLengthsForeignCharactersAndRestBits) {
  for (const std::string_view text : {"a", "aaa", "aaaaaa", "m1", "m8", "m0", "my======", "m y", "mz", "mzxr", "7z"}) {
    const auto bytes = from_base32(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error(), Errc::malformed);
  }
}

TEST(Base32, ReturnsWhateverWasWritten) {
  test::SeededRandom random{test::announced_seed()};
  for (std::size_t size = 0; size < 100; ++size) {
    const ByteVector bytes = random.bytes(size);
    EXPECT_EQ(*from_base32(to_base32(bytes)), bytes);
    EXPECT_EQ(*from_hex(to_hex(bytes)), bytes);
  }
}

TEST(FixedBytes, TakesExactlyItsSize) {
  EXPECT_EQ(to_hex(Three::from(test::hex("010203"))->view()), "010203");
  EXPECT_EQ(Three::from(test::hex("0102")).error(), Errc::truncated);
  EXPECT_EQ(Three::from({}).error(), Errc::truncated);
  EXPECT_EQ(Three::from(test::hex("01020304")).error(), Errc::too_large);
}

TEST(FixedBytes, StartsAsZeroAndIsOrderedAsBigEndianNumber) {
  EXPECT_EQ(to_hex(Three{}.view()), "000000");
  const auto low = test::fixed<Three>("00ffff"), high = test::fixed<Three>("010000"),
             highest = test::fixed<Three>("ff0000");
  EXPECT_LT(low, high);
  EXPECT_LT(high, highest) << "bytes have no sign";
  EXPECT_EQ(low, test::fixed<Three>("00ffff"));
}

TEST(FixedBytes, CanBeAKeyOfHashTables) {
  std::unordered_set<Ten> set;
  test::SeededRandom random{1};
  const auto value = random.value<Ten>();
  set.insert(value);
  set.insert(random.value<Ten>());
  EXPECT_EQ(set.size(), 2U);
  EXPECT_TRUE(set.contains(value));
  EXPECT_FALSE(set.contains(Ten{}));
}

TEST(Bytes, ViewsAndCopiesShowTheSameContent) {
  const std::string text{"a\0b", 3};
  EXPECT_EQ(as_bytes(text).size(), 3U);
  EXPECT_EQ(as_text(as_bytes(text)), text);
  const ByteVector copy = copy_of(as_bytes(text));
  EXPECT_TRUE(equal(copy, as_bytes(text)));
  EXPECT_FALSE(equal(copy, as_bytes("a")));
  EXPECT_FALSE(equal(copy, as_bytes(std::string_view{"a\0c", 3})));
  EXPECT_TRUE(equal({}, {}));
}

TEST(Base64, IsThatOfRfc4648) {
  for (const auto& [plain, encoded] : {std::pair{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    const auto decoded = from_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Base64, HasOneForm) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 8=", "Zm8=\n", "=", "====", "Z===", "Zm9v-w==", "Z=g="})
    EXPECT_EQ(from_base64(text).error(), Errc::malformed) << text;
}

}  // namespace
}  // namespace p2pns
