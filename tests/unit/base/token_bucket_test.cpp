#include "core/base/token_bucket.hpp"

#include <gtest/gtest.h>

namespace p2pns {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1000s};

TEST(TokenBucket, GivesItsBurstAndNotOneMore) {
  TokenBucket bucket{3, start};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(1, 3, start)) << i;
  EXPECT_FALSE(bucket.take(1, 3, start));
}

TEST(TokenBucket, FillsAtItsRateUpToTheBurst) {
  TokenBucket bucket{0, start};
  EXPECT_FALSE(bucket.take(2, 3, start + 499ms));
  EXPECT_TRUE(bucket.take(2, 3, start + 500ms));
  EXPECT_FALSE(bucket.take(2, 3, start + 500ms));
  EXPECT_EQ(bucket.level(2, 3, start + 1h), 3);
}

TEST(TokenBucket, LosesNothingWhenTimeStandsBehind) {
  TokenBucket bucket{2, start};
  EXPECT_EQ(bucket.level(1, 3, start - 1h), 2);
  EXPECT_TRUE(bucket.take(1, 3, start - 1h));
  EXPECT_TRUE(bucket.take(1, 3, start - 1h));
  EXPECT_FALSE(bucket.take(1, 3, start - 1h));
}

}  // namespace
}  // namespace p2pns
