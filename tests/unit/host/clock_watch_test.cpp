#include "core/host/net/clock_watch.hpp"

#include <gtest/gtest.h>

namespace p2pns::host {
namespace {

using namespace std::chrono_literals;

class ClockWatchRules : public ::testing::Test {
 protected:
  ClockEvent look(Duration steady, Duration awake, std::chrono::milliseconds wall) {
    clocks.steady += steady;
    clocks.awake += awake;
    clocks.wall += wall;
    return watch.look(clocks);
  }
  ClockReading clocks{TimePoint{1h}, TimePoint{20min}, UnixTime{1'780'000'000'000ms}};
  ClockWatch watch{clocks};
};

TEST_F(ClockWatchRules, FindNothingWhenAllClocksGoOn) {
  EXPECT_EQ(look(1s, 1s, 1s), ClockEvent::none);
  EXPECT_EQ(look(5h, 5h, 5h), ClockEvent::none);  // the host had nothing to do for so long
  EXPECT_EQ(look(0s, 0s, 0ms), ClockEvent::none);
}

TEST_F(ClockWatchRules, TellThatTheMachineSleptFromFiveSecondsOn) {
  EXPECT_EQ(look(4s, 0s, 4s), ClockEvent::none);
  EXPECT_EQ(look(5s, 0s, 5s), ClockEvent::none);
  EXPECT_EQ(look(5s + 1us, 0s, 5s), ClockEvent::slept);
  EXPECT_EQ(look(8h, 1s, 8h), ClockEvent::slept);
}

TEST_F(ClockWatchRules, TellAStepFromFiveSecondsOnInBothDirections) {
  for (const int direction : {1, -1}) {
    EXPECT_EQ(look(1s, 1s, 1s + direction * 4999ms), ClockEvent::none);
    EXPECT_EQ(look(1s, 1s, 1s + direction * 5000ms), ClockEvent::none);
    EXPECT_EQ(look(1s, 1s, 1s + direction * 5001ms), ClockEvent::stepped);
    EXPECT_EQ(look(1s, 1s, 1s + direction * 24h), ClockEvent::stepped);
  }
}

TEST_F(ClockWatchRules, TellOfASleepOnceAndNotAgain) {
  EXPECT_EQ(look(1h, 1s, 1h), ClockEvent::slept);
  EXPECT_EQ(look(1s, 1s, 1s), ClockEvent::none);
}

TEST_F(ClockWatchRules, TakeAStepDuringASleepForASleep) { EXPECT_EQ(look(1h, 1s, 3h), ClockEvent::slept); }

TEST_F(ClockWatchRules, DoNotAddUpAClockThatIsSlewed) {
  for (int second = 0; second < 1000; ++second) EXPECT_EQ(look(1s, 1s, 1s + 50ms), ClockEvent::none);
}

}  // namespace
}  // namespace p2pns::host
