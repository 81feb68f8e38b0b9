#include "core/crypto/identity.hpp"

namespace p2pns::crypto {

Result<Identity> Identity::generate(Random& random, const PuzzleDifficulty& difficulty,
                                    const PuzzleProgress& progress) {
  const auto keys = solve_static_puzzle(random, difficulty.static_bits, progress);
  if (!keys) return keys.error();
  const auto puzzle = solve_dynamic_puzzle(node_id_of(keys->public_key()), random, difficulty.dynamic_bits, progress);
  if (!puzzle) return puzzle.error();
  return Identity{*keys, *puzzle};
}

}  // namespace p2pns::crypto
