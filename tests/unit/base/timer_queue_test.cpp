#include "core/base/timer_queue.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace p2pns {
namespace {

using std::chrono::milliseconds;

class TimerQueueTest : public testing::Test {
 protected:
  static constexpr TimePoint start{milliseconds{1000}};
  TimerQueue timers_{start};
  std::string fired_;

  Callback<void()> note(char letter) {
    return [this, letter] { fired_ += letter; };
  }
};

TEST_F(TimerQueueTest, FiresByDeadlineAndThenByCreation) {
  const Timer c = timers_.after(milliseconds{3}, note('c'));
  const Timer a = timers_.after(milliseconds{1}, note('a'));
  const Timer b1 = timers_.after(milliseconds{2}, note('1'));
  const Timer b2 = timers_.at(start + milliseconds{2}, note('2'));
  timers_.advance_to(start + milliseconds{10});
  EXPECT_EQ(fired_, "a12c");
}

TEST_F(TimerQueueTest, FiresAtItsDeadlineAndNotBefore) {
  const Timer timer = timers_.after(milliseconds{5}, note('x'));
  timers_.advance_to(start + milliseconds{5} - Duration{1});
  EXPECT_EQ(fired_, "");
  EXPECT_TRUE(timer.pending());
  timers_.advance_to(start + milliseconds{5});
  EXPECT_EQ(fired_, "x");
  EXPECT_FALSE(timer.pending());
  timers_.advance_to(start + milliseconds{50});
  EXPECT_EQ(fired_, "x");
}

TEST_F(TimerQueueTest, NeverFiresInsideTheCallThatMadeIt) {
  const Timer past = timers_.at(start - milliseconds{5}, note('p'));
  const Timer now = timers_.after(Duration{0}, note('n'));
  timers_.post(note('q'));
  EXPECT_EQ(fired_, "");
  EXPECT_EQ(timers_.next_deadline(), start) << "a deadline in the past counts as now";
  timers_.advance_to(start);
  EXPECT_EQ(fired_, "pnq");
}

TEST_F(TimerQueueTest, TimeNeverMovesBack) {
  timers_.advance_to(start - milliseconds{1});
  EXPECT_EQ(timers_.now(), start);
  timers_.advance_to(start + milliseconds{1});
  EXPECT_EQ(timers_.now(), start + milliseconds{1});
}

TEST_F(TimerQueueTest, TimeIsTheTargetTimeWhileActionsRun) {
  TimePoint seen{};
  const Timer timer = timers_.after(milliseconds{1}, [&] { seen = timers_.now(); });
  timers_.advance_to(start + milliseconds{7});
  EXPECT_EQ(seen, start + milliseconds{7});
}

TEST_F(TimerQueueTest, TellsTheNextDeadline) {
  EXPECT_EQ(timers_.next_deadline(), std::nullopt);
  Timer late = timers_.after(milliseconds{9}, note('l'));
  Timer early = timers_.after(milliseconds{4}, note('e'));
  EXPECT_EQ(timers_.next_deadline(), start + milliseconds{4});
  early.cancel();
  EXPECT_EQ(timers_.next_deadline(), start + milliseconds{9});
  late.cancel();
  EXPECT_EQ(timers_.next_deadline(), std::nullopt);
  EXPECT_EQ(timers_.size(), 0U);
}

TEST_F(TimerQueueTest, CancelsByCallDestructionOrReplacement) {
  Timer cancelled = timers_.after(milliseconds{1}, note('c'));
  { const Timer destroyed = timers_.after(milliseconds{1}, note('d')); }
  Timer replaced = timers_.after(milliseconds{1}, note('r'));
  replaced = timers_.after(milliseconds{1}, note('k'));
  cancelled.cancel();
  cancelled.cancel();
  EXPECT_FALSE(cancelled.pending());
  timers_.advance_to(start + milliseconds{2});
  EXPECT_EQ(fired_, "k");
}

TEST_F(TimerQueueTest, KeepsItsTimerWhenTheHandleMoves) {
  Timer first = timers_.after(milliseconds{1}, note('x'));
  Timer second = std::move(first);
  EXPECT_FALSE(first.pending());  // NOLINT(bugprone-use-after-move): a moved-from timer is empty
  EXPECT_TRUE(second.pending());
  first.cancel();
  timers_.advance_to(start + milliseconds{1});
  EXPECT_EQ(fired_, "x");
}

TEST_F(TimerQueueTest, AnActionMayCancelTimersThatAreDueAtTheSameMoment) {
  Timer second, third;
  const Timer first = timers_.after(milliseconds{1}, [&] {
    fired_ += '1';
    second.cancel();
    third = Timer{};
  });
  second = timers_.after(milliseconds{1}, note('2'));
  third = timers_.after(milliseconds{2}, note('3'));
  const Timer fourth = timers_.after(milliseconds{2}, note('4'));
  timers_.advance_to(start + milliseconds{5});
  EXPECT_EQ(fired_, "14");
}

TEST_F(TimerQueueTest, AnActionMayCancelItself) {
  Timer timer;
  timer = timers_.after(milliseconds{1}, [&] {
    EXPECT_FALSE(timer.pending());
    timer.cancel();
    fired_ += 'x';
  });
  timers_.advance_to(start + milliseconds{1});
  EXPECT_EQ(fired_, "x");
}

TEST_F(TimerQueueTest, AnActionMayArmItsOwnTimerAgain) {
  Timer timer;
  int count = 0;
  std::function<void()> tick = [&] {
    ++count;
    timer = timers_.after(milliseconds{10}, tick);
  };
  timer = timers_.after(milliseconds{10}, tick);
  for (int step = 1; step <= 5; ++step) timers_.advance_to(start + milliseconds{10 * step});
  EXPECT_EQ(count, 5);
  EXPECT_EQ(timers_.size(), 1U);
}

TEST_F(TimerQueueTest, ATimerThatArmsItselfWithoutDelayDoesNotStarveTheLoop) {
  int count = 0;
  std::function<void()> again = [&] {
    ++count;
    timers_.post(again);
  };
  timers_.post(again);
  timers_.advance_to(start);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(timers_.next_deadline(), start);
  timers_.advance_to(start);
  EXPECT_EQ(count, 2);
}

TEST_F(TimerQueueTest, NewTimersDoNotHideOlderOnesThatAreDue) {
  const Timer first = timers_.after(milliseconds{1}, [&] {
    fired_ += '1';
    timers_.post(note('n'));
  });
  const Timer last = timers_.after(milliseconds{3}, note('3'));
  timers_.advance_to(start + milliseconds{3});
  EXPECT_EQ(fired_, "13");
  timers_.advance_to(start + milliseconds{3});
  EXPECT_EQ(fired_, "13n");
}

TEST_F(TimerQueueTest, AnActionMayDestroyTheOwnerOfItsTimer) {
  struct Owner {
    Timer timer;
    std::vector<int> content = std::vector<int>(100);
  };
  auto owner = std::make_unique<Owner>();
  owner->timer = timers_.after(milliseconds{1}, [&] {
    owner.reset();
    fired_ += 'x';
  });
  timers_.advance_to(start + milliseconds{1});
  EXPECT_EQ(owner, nullptr);
  EXPECT_EQ(fired_, "x");
}

TEST_F(TimerQueueTest, CancellingDestroysTheActionAndWhatItOwns) {
  const auto watched = std::make_shared<int>(1);
  Timer timer = timers_.after(milliseconds{1}, [watched] {});
  EXPECT_EQ(watched.use_count(), 2);
  timer.cancel();
  EXPECT_EQ(watched.use_count(), 1);
}

TEST_F(TimerQueueTest, CancellingAnActionThatOwnsATimerCancelsThatToo) {
  auto inner = std::make_shared<Timer>(timers_.after(milliseconds{1}, note('i')));
  Timer outer = timers_.after(milliseconds{2}, [inner] {});
  inner.reset();
  outer.cancel();
  EXPECT_EQ(timers_.size(), 0U);
  timers_.advance_to(start + milliseconds{5});
  EXPECT_EQ(fired_, "");
}

TEST(TimerQueue, MayBeDestroyedWithActionsThatOwnTimersOfIt) {
  const auto watched = std::make_shared<int>(1);
  {
    TimerQueue timers{TimePoint{}};
    const auto early = std::make_shared<Timer>(timers.after(milliseconds{1}, [watched] {}));
    const auto late = std::make_shared<Timer>(timers.after(milliseconds{9}, [watched] {}));
    timers.post([early, late, watched] {});
  }
  EXPECT_EQ(watched.use_count(), 1);
}

TEST(TimerQueue, DropsPendingActionsWithoutRunningThem) {
  bool ran = false;
  {
    TimerQueue{TimePoint{}}.post([&ran] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace p2pns
