#include "core/rpc/round_trip.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "tests/support/seeded_random.hpp"

namespace p2pns::rpc {
namespace {

using namespace std::chrono_literals;

TEST(RoundTripEstimate, UsesFallbackUntilMeasured) {
  RoundTripEstimate estimate;
  EXPECT_FALSE(estimate.measured());
  EXPECT_EQ(estimate.time_out(333ms), 333ms);
  estimate.add(100ms);
  EXPECT_TRUE(estimate.measured());
  EXPECT_EQ(estimate.smoothed(), Duration{100ms});
  EXPECT_EQ(estimate.time_out(333ms), 300ms) << "the first sample gives half of itself as variation (RFC 6298)";
}

TEST(RoundTripEstimate, FollowsSamplesAsInRfc6298) {
  RoundTripEstimate estimate;
  estimate.add(100ms);
  estimate.add(180ms);
  EXPECT_EQ(estimate.smoothed(), Duration{110ms});
  EXPECT_EQ(estimate.time_out(0ms), 110ms + 4 * 57'500us);
}

TEST(RoundTripEstimate, StaysBetweenFloorAndCeiling) {
  RoundTripEstimate fast;
  for (int i = 0; i < 100; ++i) fast.add(100us);
  EXPECT_EQ(fast.time_out(0ms), time_out_floor);
  RoundTripEstimate slow;
  slow.add(5s);
  EXPECT_EQ(slow.time_out(0ms), time_out_ceiling);
}

TEST(TypicalRoundTrip, IsTheInitialTimeOutBeforeAnySample) {
  const TypicalRoundTrip typical;
  EXPECT_EQ(typical.median(), time_out_initial);
  EXPECT_EQ(typical.time_out(), time_out_initial);
}

TEST(TypicalRoundTrip, SettlesNearTheMedianOfSkewedSamples) {
  p2pns::test::SeededRandom random{p2pns::test::announced_seed()};
  TypicalRoundTrip typical;
  std::vector<Duration> samples;
  for (int i = 0; i < 2000; ++i) {
    const double spread = random.unit();
    samples.emplace_back(static_cast<std::int64_t>(20'000 + 400'000 * spread * spread * spread));
    typical.add(samples.back());
  }
  std::ranges::nth_element(samples, samples.begin() + 1000);
  EXPECT_GT(typical.median(), samples[1000] / 2);
  EXPECT_LT(typical.median(), samples[1000] * 2);
}

TEST(TypicalRoundTrip, IsNotMovedFarByOneLiar) {
  TypicalRoundTrip typical;
  for (int i = 0; i < 50; ++i) typical.add(60ms);
  typical.add(10s);
  EXPECT_LT(typical.median(), 65ms);
  EXPECT_EQ(typical.time_out(), unmeasured_time_out_medians * typical.median());
}

}  // namespace
}  // namespace p2pns::rpc
