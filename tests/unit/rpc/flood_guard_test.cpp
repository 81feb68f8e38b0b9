#include "core/rpc/flood_guard.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_network.hpp"

namespace p2pns::rpc {
namespace {

using namespace std::chrono_literals;
using p2pns::test::endpoint;

constexpr FloodLimits small{10, 20, 5, 8};
constexpr TimePoint start{1h};

int admitted(FloodGuard& guard, const Endpoint& from, int tries, TimePoint now) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += guard.admit_request(from, now) ? 1 : 0;
  return count;
}

Endpoint in_block(std::size_t number) {
  Endpoint address = endpoint("[2001:db8::1]:4000");
  address.address.octets[3] = static_cast<std::byte>(number >> 16);
  address.address.octets[4] = static_cast<std::byte>(number >> 8);
  address.address.octets[5] = static_cast<std::byte>(number);
  return address;
}

TEST(FloodGuard, AdmitsTheBurstAndThenTheRate) {
  FloodGuard guard{small};
  const Endpoint from = endpoint("192.0.2.1:4000");
  EXPECT_EQ(admitted(guard, from, 100, start), 20);
  EXPECT_FALSE(guard.admit_request(from, start + 99ms));
  EXPECT_TRUE(guard.admit_request(from, start + 100ms));
  EXPECT_EQ(admitted(guard, from, 100, start + 1100ms), 10);
  EXPECT_EQ(admitted(guard, from, 100, start + 1h), 20) << "no more than the burst is saved up";
}

TEST(FloodGuard, CountsAnAddressBlockAsOne) {
  FloodGuard guard{small};
  EXPECT_EQ(admitted(guard, endpoint("192.0.2.1:4000"), 20, start), 20);
  EXPECT_FALSE(guard.admit_request(endpoint("192.0.2.200:9"), start));
  EXPECT_TRUE(guard.admit_request(endpoint("192.0.3.1:4000"), start));
}

TEST(FloodGuard, LimitsPrivateRangesUnlessExempt) {
  FloodGuard guard{small};
  EXPECT_EQ(admitted(guard, endpoint("127.0.0.1:4000"), 100, start), 100);
  EXPECT_EQ(admitted(guard, endpoint("10.0.0.1:4000"), 100, start), 20);
  FloodLimits exempt = small;
  exempt.exempt_private = true;
  FloodGuard lan{exempt};
  EXPECT_EQ(admitted(lan, endpoint("10.0.0.1:4000"), 100, start), 100);
  EXPECT_EQ(admitted(lan, endpoint("192.0.2.1:4000"), 100, start), 20);
}

TEST(FloodGuard, BoundsKeyAgreementsWithStrangers) {
  FloodGuard guard{small};
  int count = 0;
  for (int i = 0; i < 100; ++i) count += guard.admit_stranger(start) ? 1 : 0;
  EXPECT_EQ(count, 8);
  EXPECT_FALSE(guard.admit_stranger(start + 199ms));
  EXPECT_TRUE(guard.admit_stranger(start + 200ms));
}

TEST(FloodGuard, ForgetsTheLongestIdleHalfBeyondItsMaximum) {
  FloodGuard guard{small, 42};
  for (std::size_t i = 0; i < flood_blocks_maximum; ++i) {
    guard.admit_request(in_block(i), start + i * 1us);
    ASSERT_EQ(guard.watched_blocks(), i + 1);
  }
  const TimePoint later = start + 10ms;
  const Endpoint latest = in_block(flood_blocks_maximum - 1);
  EXPECT_EQ(admitted(guard, latest, 100, later), 19);
  guard.admit_request(in_block(flood_blocks_maximum), later);
  EXPECT_EQ(guard.watched_blocks(), flood_blocks_maximum / 2 + 1);
  EXPECT_FALSE(guard.admit_request(latest, later)) << "the block used last is still known";
  EXPECT_EQ(admitted(guard, in_block(0), 100, later), 20) << "the oldest one begins anew";
}

TEST(FloodGuard, StaysBoundedWhenAllBlocksAreEquallyIdle) {
  FloodGuard guard{small};
  for (std::size_t i = 0; i < 3 * flood_blocks_maximum; ++i) guard.admit_request(in_block(i), start);
  EXPECT_LE(guard.watched_blocks(), flood_blocks_maximum);
}

}  // namespace
}  // namespace p2pns::rpc
