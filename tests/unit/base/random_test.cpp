#include "core/base/random.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"

namespace p2pns {
namespace {

// Returns the numbers it is given, one for each call of next().
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
  void fill(MutableBytes bytes) override {
    const std::uint64_t number = numbers_.at(used_++);
    std::memcpy(bytes.data(), &number, bytes.size());
  }
  std::size_t used() const { return used_; }

 private:
  std::vector<std::uint64_t> numbers_;
  std::size_t used_ = 0;
};

TEST(Random, BelowStaysBelowItsBoundAndReachesEveryValue) {
  test::SeededRandom random{test::announced_seed()};
  std::array<int, 7> hits{};
  for (int i = 0; i < 7'000; ++i) ++hits.at(random.below(7));
  EXPECT_GT(std::ranges::min(hits), 700);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, BelowDrawsAgainWhereSmallNumbersWouldBeFavoured) {
  constexpr std::uint64_t bound = (1ULL << 63) + 1;  // numbers from here on would favour the small ones
  ScriptedRandom random{{UINT64_MAX, bound, 5}};
  EXPECT_EQ(random.below(bound), 5U);
  EXPECT_EQ(random.used(), 3U);
}

TEST(RandomDeathTest, ThereIsNothingBelowZero) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  test::SeededRandom random{1};
  EXPECT_DEATH(random.below(0), "broken promise");
  EXPECT_DEATH(random.between(Duration{2}, Duration{1}), "broken promise");
}

TEST(Random, UnitStaysBelowOne) {
  ScriptedRandom extremes{{0, UINT64_MAX}};
  EXPECT_EQ(extremes.unit(), 0.0);
  EXPECT_LT(extremes.unit(), 1.0);
  test::SeededRandom random{test::announced_seed()};
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) sum += random.unit();
  EXPECT_NEAR(sum / 10'000, 0.5, 0.05);
}

TEST(Random, BetweenIncludesBothEnds) {
  test::SeededRandom random{test::announced_seed()};
  std::array<int, 3> hits{};
  for (int i = 0; i < 3'000; ++i)
    ++hits.at(static_cast<std::size_t>(random.between(Duration{-1}, Duration{1}).count() + 1));
  EXPECT_GT(std::ranges::min(hits), 700);
  EXPECT_EQ(random.between(Duration{5}, Duration{5}), Duration{5});
}

TEST(Random, FillsFixedBytes) {
  test::SeededRandom random{2};
  using Value = FixedBytes<32, struct ValueTag>;
  EXPECT_NE(random.value<Value>(), random.value<Value>());
}

}  // namespace
}  // namespace p2pns
