#include "core/crypto/puzzle.hpp"

#include <gtest/gtest.h>

#include "core/crypto/digest.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::crypto {
namespace {

using test::fixed;

const PublicKey example_key = fixed<PublicKey>("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

TEST(NodeId, IsTheFirst160BitsOfTheKeysHash) {
  EXPECT_EQ(to_hex(node_id_of(example_key).view()), "21fe31dfa154a261626bf854046fd2271b7bed4b");
}

TEST(StaticPuzzle, CountsLeadingZeroBitsOfTheDoubleHash) {
  test::SeededRandom random{7};
  for (int i = 0; i < 100; ++i) {
    const auto key = random.value<PublicKey>();
    EXPECT_EQ(static_puzzle_bits(key), static_cast<int>(leading_zero_bits(sha256(sha256(key.view()).view()).view())));
  }
}

TEST(DynamicPuzzle, MixesTheSolutionIntoTheLastEightBytes) {
  const NodeId id = node_id_of(example_key);
  const auto solution = fixed<PuzzleSolution>("0102030405060708");
  NodeId mixed = id;
  for (std::size_t i = 0; i < 8; ++i) mixed.value[12 + i] ^= solution.value[i];
  EXPECT_EQ(dynamic_puzzle_bits(id, solution), static_cast<int>(leading_zero_bits(sha256(mixed.view()).view())));
  EXPECT_EQ(dynamic_puzzle_bits(id, {}), static_cast<int>(leading_zero_bits(sha256(id.view()).view())));
}

TEST(Puzzles, SolversReachTheDifficultyAskedFor) {
  test::SeededRandom random{test::announced_seed()};
  for (const int bits : {0, 1, 6, 10}) {
    const auto keys = solve_static_puzzle(random, bits);
    ASSERT_TRUE(keys);
    EXPECT_GE(static_puzzle_bits(keys->public_key()), bits);
    const NodeId id = node_id_of(keys->public_key());
    const auto solution = solve_dynamic_puzzle(id, random, bits);
    ASSERT_TRUE(solution);
    EXPECT_GE(dynamic_puzzle_bits(id, *solution), bits);
    EXPECT_TRUE(puzzles_solved(keys->public_key(), *solution, {bits, bits}));
  }
}

TEST(Puzzles, AreSolvedAtTheirExactDifficultyAndNotOneBitAbove) {
  test::SeededRandom random{11};
  const auto keys = solve_static_puzzle(random, 4);
  const NodeId id = node_id_of(keys->public_key());
  const auto solution = solve_dynamic_puzzle(id, random, 5);
  const int static_bits = static_puzzle_bits(keys->public_key());
  const int dynamic_bits = dynamic_puzzle_bits(id, *solution);
  const auto solved = [&](int s, int d) { return puzzles_solved(keys->public_key(), *solution, {s, d}); };
  EXPECT_TRUE(solved(static_bits, dynamic_bits));
  EXPECT_TRUE(solved(static_bits - 1, dynamic_bits - 1));
  EXPECT_FALSE(solved(static_bits + 1, dynamic_bits));
  EXPECT_FALSE(solved(static_bits, dynamic_bits + 1));
}

TEST(Puzzles, GiveUpWhenProgressSaysSo) {
  test::SeededRandom random{3};
  std::uint64_t heard = 0;
  const auto give_up = [&heard](std::uint64_t tries) {
    heard = tries;
    return false;
  };
  const auto keys = solve_static_puzzle(random, puzzle_bits_maximum, give_up);
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error(), Errc::cancelled);
  EXPECT_EQ(heard, 1'024U);
  const auto solution = solve_dynamic_puzzle(node_id_of(example_key), random, puzzle_bits_maximum, give_up);
  ASSERT_FALSE(solution);
  EXPECT_EQ(solution.error(), Errc::cancelled);
  EXPECT_EQ(heard, 131'072U);
}

TEST(Puzzles, ReportProgressMoreThanOnce) {
  test::SeededRandom random{3};
  int reports = 0;
  const auto solution = solve_dynamic_puzzle(node_id_of(example_key), random, puzzle_bits_maximum,
                                             [&reports](std::uint64_t) { return ++reports < 3; });
  EXPECT_FALSE(solution);
  EXPECT_EQ(reports, 3);
}

}  // namespace
}  // namespace p2pns::crypto
