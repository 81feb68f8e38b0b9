#include "core/base/key.hpp"

#include <gtest/gtest.h>

#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns {
namespace {

const Key zero;
const Key one = test::fixed<Key>("0000000000000000000000000000000000000001");
const Key top = test::fixed<Key>("8000000000000000000000000000000000000000");

TEST(Key, DistanceIsAMetric) {
  test::SeededRandom random{test::announced_seed()};
  for (int i = 0; i < 200; ++i) {
    const auto a = random.value<Key>(), b = random.value<Key>(), c = random.value<Key>();
    EXPECT_EQ(distance(a, a), zero);
    EXPECT_EQ(distance(a, b), distance(b, a));
    EXPECT_EQ(distance(distance(a, b), distance(b, c)), distance(a, c));
    EXPECT_EQ(closer(a, b, c), distance(a, b) < distance(a, c));
  }
}

TEST(Key, NothingIsCloserThanItself) {
  EXPECT_FALSE(closer(zero, one, one));
  EXPECT_TRUE(closer(zero, one, top));
  EXPECT_FALSE(closer(zero, top, one));
  EXPECT_TRUE(closer(top, top, one));
}

TEST(Key, CountsLeadingZeroBits) {
  EXPECT_EQ(leading_zero_bits({}), 0U);
  EXPECT_EQ(leading_zero_bits(zero.view()), 160U);
  EXPECT_EQ(leading_zero_bits(one.view()), 159U);
  EXPECT_EQ(leading_zero_bits(top.view()), 0U);
  EXPECT_EQ(leading_zero_bits(test::hex("001f")), 11U);
}

TEST(Key, CountsCommonPrefixBits) {
  EXPECT_EQ(common_prefix_bits(one, one), 160U);
  EXPECT_EQ(common_prefix_bits(zero, one), 159U);
  EXPECT_EQ(common_prefix_bits(zero, top), 0U);
}

TEST(KeyInBucket, SharesExactlyThePrefixAndTakesTheRestFromRandomBits) {
  test::SeededRandom random{test::announced_seed()};
  for (std::size_t prefix = 0; prefix < key_bits; ++prefix) {
    const auto origin = random.value<Key>(), bits = random.value<Key>();
    const Key key = key_in_bucket(origin, prefix, bits);
    EXPECT_EQ(common_prefix_bits(key, origin), prefix);
    const Key rest = distance(key, bits);
    for (std::size_t bit = prefix + 1; bit < key_bits; ++bit)
      EXPECT_EQ(rest.value[bit / 8] & (std::byte{0x80} >> (bit % 8)), std::byte{0}) << prefix << " " << bit;
  }
}

TEST(KeyInBucketDeathTest, HasNoBucketForTheOriginItself) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(key_in_bucket(zero, key_bits, one), "broken promise");
}

}  // namespace
}  // namespace p2pns
