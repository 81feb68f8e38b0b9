#include "core/rpc/replay_window.hpp"

#include <gtest/gtest.h>
#include <set>

#include "tests/support/seeded_random.hpp"

namespace p2pns::rpc {
namespace {

TEST(ReplayWindow, AcceptsEveryCounterOnce) {
  ReplayWindow window;
  EXPECT_FALSE(window.start_s());
  for (const std::uint32_t counter : {5U, 6U, 9U, 7U}) {
    EXPECT_TRUE(window.accept(100, counter));
    EXPECT_FALSE(window.accept(100, counter));
  }
  EXPECT_EQ(window.start_s(), 100U);
}

TEST(ReplayWindow, AcceptsLateMessagesUpToItsWidth) {
  ReplayWindow window;
  ASSERT_TRUE(window.accept(1, 5000));
  EXPECT_TRUE(window.accept(1, 5000 - replay_window_messages + 1)) << "the last one inside";
  EXPECT_FALSE(window.accept(1, 5000 - replay_window_messages)) << "the first one outside";
  EXPECT_FALSE(window.accept(1, 5000 - replay_window_messages - 1));
}

TEST(ReplayWindow, ForgetsNothingWhenItAdvancesByAboutItsWidth) {
  constexpr auto width = static_cast<std::uint32_t>(replay_window_messages);
  for (const std::uint32_t step : {width - 1, width, width + 1}) {
    ReplayWindow window;
    ASSERT_TRUE(window.accept(1, 2000));
    ASSERT_TRUE(window.accept(1, 2000 + step));
    EXPECT_FALSE(window.accept(1, 2000)) << step;
    EXPECT_EQ(window.accept(1, 2001), step <= width) << step;
    EXPECT_TRUE(window.accept(1, 2002)) << step;
  }
}

TEST(ReplayWindow, BeginsAnewAtARestartAndRefusesTheRunBefore) {
  ReplayWindow window;
  ASSERT_TRUE(window.accept(100, 900));
  EXPECT_TRUE(window.accept(101, 1));
  EXPECT_TRUE(window.before_current_run(100));
  EXPECT_FALSE(window.accept(100, 901));
  EXPECT_FALSE(window.accept(101, 1));
}

TEST(ReplayWindow, KnowsThatStartTimesWrapIn2106) {
  ReplayWindow window;
  ASSERT_TRUE(window.accept(0xffff'fff0U, 1));
  EXPECT_TRUE(window.accept(5, 1));
  EXPECT_FALSE(window.accept(0xffff'fff0U, 2));
}

TEST(ReplayWindow, AgreesWithASetForRandomOrders) {
  p2pns::test::SeededRandom random{p2pns::test::announced_seed()};
  ReplayWindow window;
  std::set<std::uint32_t> seen;
  std::uint32_t highest = 0;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const auto back = static_cast<std::uint32_t>(random.below(1500));
    const std::uint32_t counter = 2000 + i - std::min(back, i);
    const bool expected =
        (seen.empty() || counter > highest || highest - counter < replay_window_messages) && !seen.contains(counter);
    ASSERT_EQ(window.accept(7, counter), expected) << "message " << i << ", counter " << counter;
    if (expected) seen.insert(counter);
    highest = std::max(highest, counter);
  }
}

}  // namespace
}  // namespace p2pns::rpc
