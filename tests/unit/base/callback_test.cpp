#include "core/base/callback.hpp"

#include <gtest/gtest.h>

namespace p2pns {
namespace {

TEST(Callback, CallsItsTargetWithArgumentsAndResult) {
  const Callback<int(int, int)> add = [](int a, int b) { return a + b; };
  EXPECT_EQ(add(2, 3), 5);
}

TEST(Callback, IsEmptyUntilItHasATarget) {
  Callback<void()> callback;
  EXPECT_FALSE(callback);
  callback = [] {};
  EXPECT_TRUE(callback);
  callback = nullptr;
  EXPECT_FALSE(callback);
}

TEST(Callback, OwnsTargetsThatCannotBeCopied) {
  Callback<int()> callback = [number = std::make_unique<int>(7)] { return *number; };
  Callback<int()> moved = std::move(callback);
  EXPECT_EQ(moved(), 7);
  EXPECT_FALSE(callback);  // NOLINT(bugprone-use-after-move): a moved-from callback is empty
}

TEST(Callback, PassesArgumentsThatCannotBeCopied) {
  const Callback<int(std::unique_ptr<int>)> take = [](std::unique_ptr<int> number) { return *number; };
  EXPECT_EQ(take(std::make_unique<int>(4)), 4);
}

TEST(Callback, DestroysItsTargetWithItself) {
  const auto watched = std::make_shared<int>(1);
  {
    const Callback<void()> callback = [watched] {};
    EXPECT_EQ(watched.use_count(), 2);
  }
  EXPECT_EQ(watched.use_count(), 1);
}

TEST(CallbackDeathTest, CallingAnEmptyOneIsABrokenPromise) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(Callback<void()>{}(), "broken promise");
}

}  // namespace
}  // namespace p2pns
