#include "core/base/rate_limit.hpp"

#include <gtest/gtest.h>

namespace p2pns {
namespace {

using std::chrono::milliseconds;

TEST(RateLimit, GivesABurstAndThenAPace) {
  RateLimit limit(10, 3);
  TimePoint now{};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take("a", now));
  EXPECT_FALSE(limit.take("a", now));
  EXPECT_TRUE(limit.take("b", now)) << "others are not concerned";
  now += milliseconds{99};
  EXPECT_FALSE(limit.take("a", now));
  now += milliseconds{2};
  EXPECT_TRUE(limit.take("a", now));
  EXPECT_FALSE(limit.take("a", now));
  now += std::chrono::hours{1};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take("a", now));
  EXPECT_FALSE(limit.take("a", now)) << "never more than the burst";
}

TEST(RateLimit, ForgetsOnlyTheIdle) {
  RateLimit limit(1, 2);
  TimePoint now{};
  for (std::size_t i = 0; i < rated_maximum; ++i) ASSERT_TRUE(limit.take(std::to_string(i), now));
  EXPECT_FALSE(limit.take("one more", now));
  now += std::chrono::seconds{2};
  EXPECT_TRUE(limit.take("one more", now));
  EXPECT_EQ(limit.size(), 1U);
}

}  // namespace
}  // namespace p2pns
