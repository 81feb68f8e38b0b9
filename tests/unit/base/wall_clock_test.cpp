#include "core/base/wall_clock.hpp"

#include <gtest/gtest.h>

namespace p2pns {
namespace {

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

}  // namespace
}  // namespace p2pns
