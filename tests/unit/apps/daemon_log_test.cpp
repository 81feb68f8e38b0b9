#include <gtest/gtest.h>

#include "apps/common/make_identity.hpp"
#include "apps/p2pnsd/spdlog_log.hpp"
#include "core/crypto/puzzle.hpp"

namespace p2pns::daemon {
namespace {

using std::chrono::seconds;

std::size_t lines_taken(LineBudget& budget, LineBudget::TimePoint now, std::size_t wanted) {
  std::size_t taken = 0;
  for (std::size_t i = 0; i < wanted; ++i) taken += budget.take(now) ? 1U : 0U;
  return taken;
}

TEST(LineBudget, AllowsABurstUpToItsMaximum) {
  const LineBudget::TimePoint start{};
  for (const std::size_t wanted : {log_lines_burst - 1, log_lines_burst, log_lines_burst + 1}) {
    LineBudget budget(start);
    EXPECT_EQ(lines_taken(budget, start, wanted), std::min(wanted, log_lines_burst));
  }
}

TEST(LineBudget, RefillsByTheSecondAndNeverAboveTheBurst) {
  const LineBudget::TimePoint start{};
  LineBudget budget(start);
  lines_taken(budget, start, log_lines_burst);
  EXPECT_EQ(lines_taken(budget, start + std::chrono::milliseconds{999}, 10), 0U);
  EXPECT_EQ(lines_taken(budget, start + seconds{1}, 1000), log_lines_per_second);
  EXPECT_EQ(lines_taken(budget, start + seconds{100'000}, 1000), log_lines_burst);
}

TEST(HarmlessLine, HasNoControlCharactersAndAnEnd) {
  EXPECT_EQ(harmless("a\nb\x1b[31mc\x7f"), "a?b?[31mc?");
  EXPECT_EQ(harmless(std::string(log_line_maximum_bytes, 'x')).size(), log_line_maximum_bytes);
  EXPECT_EQ(harmless(std::string(log_line_maximum_bytes + 1, 'x')), std::string(log_line_maximum_bytes, 'x') + "...");
}

TEST(MakeIdentity, SolvesBothPuzzles) {
  const crypto::PuzzleDifficulty difficulty{5, 7};
  const auto identity = apps::make_identity(difficulty, [](const std::string&) {});
  EXPECT_TRUE(crypto::puzzles_solved(identity.public_key(), identity.puzzle(), difficulty));
}

TEST(MakeIdentity, ProgressSaysTriesExpectationAndRate) {
  EXPECT_EQ(apps::progress_line("static", 1'200'000, 20, seconds{2}),
            "static puzzle: 1,200,000 tries of about 1,048,576 expected, 600,000 a second");
  EXPECT_EQ(apps::progress_line("dynamic", 999, 6, std::chrono::milliseconds{0}),
            "dynamic puzzle: 999 tries of about 64 expected, 999,000 a second");
}

}  // namespace
}  // namespace p2pns::daemon
