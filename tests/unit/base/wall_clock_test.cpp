#include "core/base/wall_clock.hpp"

#include <gtest/gtest.h>

namespace p2pns {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr TimePoint start{std::chrono::hours{1}};
constexpr UnixTime birth{milliseconds{1'700'000'000'000}};

TEST(WallClock, RunsWithTheNodesSteadyTime) {
  TimerQueue timers{start};
  const WallClock clock{timers, birth};
  EXPECT_EQ(clock.now(), birth);
  timers.advance_to(start + milliseconds{1500});
  EXPECT_EQ(clock.now(), birth + milliseconds{1500});
}

TEST(WallClock, TakesCorrectionsAndKeepsItsStart) {
  TimerQueue timers{start};
  WallClock clock{timers, birth};
  timers.advance_to(start + milliseconds{100});
  clock.set(birth - milliseconds{5000});
  EXPECT_EQ(clock.now(), birth - milliseconds{5000});
  timers.advance_to(start + milliseconds{200});
  EXPECT_EQ(clock.now(), birth - milliseconds{4900});
  EXPECT_EQ(clock.started_at(), birth);
}

class WallClockDoubt : public ::testing::Test {
 protected:
  void pass(Duration time) { timers.advance_to(timers.now() + time); }
  TimerQueue timers{start};
  WallClock clock{timers, birth};
};

TEST_F(WallClockDoubt, BeginsAboveAMinute) {
  clock.set(birth + 60s);
  EXPECT_EQ(clock.earliest(), clock.now());
  clock.set(clock.now() + 60s + 1ms);
  EXPECT_EQ(clock.earliest(), birth + 60s);
  pass(5s);
  EXPECT_EQ(clock.earliest(), birth + 65s);
}

TEST_F(WallClockDoubt, EndsAfterADay) {
  clock.set(birth + 1000h);
  pass(24h - 1us);
  EXPECT_LT(clock.earliest(), birth + 24h);
  pass(1us);
  EXPECT_EQ(clock.earliest(), birth + 1024h);
  EXPECT_EQ(clock.earliest(), clock.now());
}

TEST_F(WallClockDoubt, EndsWhenTheClockComesBack) {
  clock.set(birth + 1000h);
  pass(1h);
  clock.set(birth + 1h);
  EXPECT_EQ(clock.earliest(), clock.now());
}

TEST_F(WallClockDoubt, DoesNotTouchAStepBack) {
  clock.set(birth - 1000h);
  EXPECT_EQ(clock.earliest(), birth - 1000h);
}

TEST_F(WallClockDoubt, GrowsWithASecondStep) {
  clock.set(birth + 1000h);
  pass(23h);
  clock.set(birth + 5000h);
  pass(23h);
  EXPECT_EQ(clock.earliest(), birth + 46h);
}

TEST_F(WallClockDoubt, DoesNotComeFromASleepThatTheSteadyTimeCounts) {
  pass(1000h);
  clock.set(birth + 1000h);
  EXPECT_EQ(clock.earliest(), birth + 1000h);
}

}  // namespace
}  // namespace p2pns
