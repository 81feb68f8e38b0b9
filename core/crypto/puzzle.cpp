#include "core/crypto/puzzle.hpp"

#include "core/base/assert.hpp"
#include "core/crypto/digest.hpp"

namespace p2pns::crypto {
namespace {

// How often a caller hears of progress: some 40 times a second for either puzzle.
constexpr std::uint64_t static_tries_per_report = 1'024;
constexpr std::uint64_t dynamic_tries_per_report = 131'072;

int leading_zeros(const Digest& digest) { return static_cast<int>(leading_zero_bits(digest.view())); }

NodeId node_id_from(const Digest& key_digest) {
  NodeId id;
  std::memcpy(id.value.data(), key_digest.value.data(), NodeId::size_bytes);
  return id;
}

bool in_range(int bits) { return bits >= 0 && bits <= puzzle_bits_maximum; }

bool go_on(const PuzzleProgress& progress, std::uint64_t tries, std::uint64_t tries_per_report) {
  return !progress || tries % tries_per_report != 0 || progress(tries);
}

void increment(PuzzleSolution& solution) {
  for (std::size_t i = solution.value.size(); i-- > 0;) {
    solution.value[i] = static_cast<std::byte>(std::to_integer<unsigned>(solution.value[i]) + 1U);
    if (solution.value[i] != std::byte{0}) return;
  }
}

}  // namespace

NodeId node_id_of(const PublicKey& key) { return node_id_from(sha256(key.view())); }

int static_puzzle_bits(const PublicKey& key) { return leading_zeros(sha256(sha256(key.view()).view())); }

int dynamic_puzzle_bits(const NodeId& id, const PuzzleSolution& solution) {
  constexpr std::size_t offset = NodeId::size_bytes - PuzzleSolution::size_bytes;
  NodeId mixed = id;
  for (std::size_t i = 0; i < PuzzleSolution::size_bytes; ++i) mixed.value[offset + i] ^= solution.value[i];
  return leading_zeros(sha256(mixed.view()));
}

bool puzzles_solved(const PublicKey& key, const PuzzleSolution& solution, const PuzzleDifficulty& difficulty) {
  const Digest key_digest = sha256(key.view());  // both puzzles start from it
  return leading_zeros(sha256(key_digest.view())) >= difficulty.static_bits &&
         dynamic_puzzle_bits(node_id_from(key_digest), solution) >= difficulty.dynamic_bits;
}

Result<KeyPair> solve_static_puzzle(Random& random, int bits, const PuzzleProgress& progress) {
  P2PNS_ASSERT(in_range(bits));
  for (std::uint64_t tries = 1;; ++tries) {
    const KeyPair keys = KeyPair::generate(random);
    if (static_puzzle_bits(keys.public_key()) >= bits) return keys;
    if (!go_on(progress, tries, static_tries_per_report)) return Errc::cancelled;
  }
}

Result<PuzzleSolution> solve_dynamic_puzzle(const NodeId& id, Random& random, int bits,
                                            const PuzzleProgress& progress) {
  P2PNS_ASSERT(in_range(bits));
  auto solution = random.value<PuzzleSolution>();
  for (std::uint64_t tries = 1;; ++tries) {
    if (dynamic_puzzle_bits(id, solution) >= bits) return solution;
    if (!go_on(progress, tries, dynamic_tries_per_report)) return Errc::cancelled;
    increment(solution);
  }
}

}  // namespace p2pns::crypto
