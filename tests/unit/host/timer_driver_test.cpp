#include "core/host/net/timer_driver.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "core/host/net/system.hpp"

namespace p2pns::host {
namespace {

using Turn = TimerDriver::Turn;
using Due = TimerDriver::Due;

class TimerDriverTest : public testing::Test {
 protected:
  void post() {
    const Turn turn{*driver_, Due::later};
    driver_->timers().post([this] { ++fired_; });
  }
  /// The clock is real, and may show the same time twice.
  static void let_time_pass() {
    for (const TimePoint before = steady_now(); steady_now() == before;) {
    }
  }

  boost::asio::io_context context_{1};
  std::shared_ptr<TimerDriver> driver_ = std::make_shared<TimerDriver>(context_);
  int fired_ = 0;
};

TEST_F(TimerDriverTest, FiresWhatIsDueWhenATurnBegins) {
  post();
  const Turn turn{*driver_};
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerDriverTest, LeavesWhatIsDueToTheLoopWhenATurnSaysSo) {
  for (int i = 0; i < 3; ++i) {
    post();
    let_time_pass();
  }
  EXPECT_EQ(fired_, 0);
  context_.run_for(std::chrono::seconds{10});  // it ends when nothing is left to do
  EXPECT_EQ(fired_, 3);
}

TEST_F(TimerDriverTest, FiresNothingInATurnInsideOneThatLeavesIt) {
  post();
  const Turn outer{*driver_, Due::later};
  const Turn inner{*driver_};
  EXPECT_EQ(fired_, 0);
}

TEST_F(TimerDriverTest, MovesTimeOnInEveryTurnWhenNothingIsDue) {
  for (const Due due : {Due::now, Due::later}) {
    let_time_pass();
    const TimePoint before = steady_now();
    const Turn turn{*driver_, due};
    EXPECT_GE(driver_->timers().now(), before);
  }
}

TEST_F(TimerDriverTest, NeverMovesTimePastWhatItLeaves) {
  const Timer timer = driver_->timers().after(Duration{1}, [this] { ++fired_; });
  const TimePoint deadline = *driver_->timers().next_deadline();
  while (steady_now() <= deadline) let_time_pass();
  const Turn turn{*driver_, Due::later};
  EXPECT_EQ(fired_, 0);
  EXPECT_LT(driver_->timers().now(), deadline);
}

}  // namespace
}  // namespace p2pns::host
