#include "core/crypto/identity.hpp"

#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"

namespace p2pns::crypto {
namespace {

TEST(Identity, GeneratesAnIdentityThatPassesBothPuzzles) {
  test::SeededRandom random{test::announced_seed()};
  const PuzzleDifficulty difficulty{6, 8};
  const auto identity = Identity::generate(random, difficulty);
  ASSERT_TRUE(identity);
  EXPECT_TRUE(puzzles_solved(identity->public_key(), identity->puzzle(), difficulty));
  EXPECT_EQ(identity->node_id(), node_id_of(identity->public_key()));
}

TEST(Identity, IsTheSameAgainFromSeedAndSolution) {
  test::SeededRandom random{5};
  const auto identity = Identity::generate(random, {4, 4});
  ASSERT_TRUE(identity);
  const Identity restored{KeyPair::from_seed(identity->keys().seed()), identity->puzzle()};
  EXPECT_EQ(restored.node_id(), identity->node_id());
  EXPECT_EQ(restored.puzzle(), identity->puzzle());
}

TEST(Identity, ReportsCancellationOfEitherPuzzle) {
  test::SeededRandom random{5};
  const auto give_up = [](std::uint64_t) { return false; };
  const auto in_static = Identity::generate(random, {puzzle_bits_maximum, 0}, give_up);
  ASSERT_FALSE(in_static);
  EXPECT_EQ(in_static.error(), Errc::cancelled);
  const auto in_dynamic = Identity::generate(random, {0, puzzle_bits_maximum}, give_up);
  ASSERT_FALSE(in_dynamic);
  EXPECT_EQ(in_dynamic.error(), Errc::cancelled);
}

}  // namespace
}  // namespace p2pns::crypto
