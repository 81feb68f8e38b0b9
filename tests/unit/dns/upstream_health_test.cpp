#include "frontends/dns/upstream_health.hpp"

#include <gtest/gtest.h>

namespace p2pns::dns {
namespace {

using State = UpstreamHealth::State;
using std::chrono::milliseconds;

TEST(UpstreamHealth, StaysUsableThroughASlowNameOrTwo) {
  UpstreamHealth health;
  for (int round = 0; round < 3; ++round) {
    for (int i = 1; i < silences_maximum; ++i) EXPECT_FALSE(health.on_silence());
    EXPECT_FALSE(health.on_answer());
  }
  EXPECT_EQ(health.state(), State::usable);
}

TEST(UpstreamHealth, FailsAfterSilencesInARowOrOneErrorAndComesBackWithAnAnswer) {
  UpstreamHealth health;
  for (int i = 1; i < silences_maximum; ++i) EXPECT_FALSE(health.on_silence());
  EXPECT_TRUE(health.on_silence());
  EXPECT_EQ(health.state(), State::failed);
  EXPECT_FALSE(health.on_silence());
  EXPECT_FALSE(health.on_error());
  EXPECT_TRUE(health.on_answer());
  EXPECT_EQ(health.state(), State::usable);
  EXPECT_TRUE(health.on_error());
  EXPECT_TRUE(health.on_probe_answer());
  EXPECT_TRUE(health.on_probe_failure());
  EXPECT_EQ(health.state(), State::failed);
}

TEST(UpstreamHealth, IsProbedWithGrowingPausesThatBeginAnewAfterEachOutage) {
  UpstreamHealth health;
  for (int outage = 0; outage < 2; ++outage) {
    health.on_error();
    for (const int pause : {500, 1000, 2000, 3000, 3000}) EXPECT_EQ(health.next_probe_pause(), milliseconds{pause});
    health.on_answer();
  }
}

// Somebody who is back must be noticed within 5 s.
TEST(UpstreamHealth, NeverPausesForTooLong) { EXPECT_LT(probe_pause_last + milliseconds{1000}, milliseconds{5000}); }

TEST(UpstreamHealth, LoopsUntilAProbeIsAnsweredThatDidNotComeBack) {
  UpstreamHealth health;
  EXPECT_TRUE(health.on_loop());
  EXPECT_FALSE(health.on_loop());
  EXPECT_FALSE(health.on_answer()) << "an answer of our own, most likely";
  EXPECT_FALSE(health.on_error());
  EXPECT_FALSE(health.on_probe_failure());
  EXPECT_EQ(health.state(), State::looping);
  EXPECT_EQ(health.next_probe_pause(), loop_probe_pause);
  EXPECT_TRUE(health.on_probe_answer());
  EXPECT_EQ(health.state(), State::usable);
}

}  // namespace
}  // namespace p2pns::dns
