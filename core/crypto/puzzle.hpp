// The two crypto puzzles of S/Kademlia (Baumgart & Mies 2007, section 4.1). They price identities; they do not stop a
// rich attacker (docs/threat-model.md).
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/key.hpp"
#include "core/crypto/signature.hpp"

namespace p2pns::crypto {

/// The X of the dynamic puzzle.
using PuzzleSolution = FixedBytes<8, struct PuzzleSolutionTag>;

/// Leading zero bits asked for; parameters of the network.
struct PuzzleDifficulty {
  int static_bits = 20;
  int dynamic_bits = 20;
};
inline constexpr int puzzle_bits_maximum = 40;  // 2^40 hashes: a day of a large machine; more is a typing error

/// First 160 bits of SHA-256(public key).
NodeId node_id_of(const PublicKey&);
/// Leading zero bits of SHA-256(SHA-256(public key)).
int static_puzzle_bits(const PublicKey&);
/// Leading zero bits of SHA-256(NodeID with X xor-ed into its last 8 bytes).
int dynamic_puzzle_bits(const NodeId&, const PuzzleSolution&);
/// Both checks, under 1 us.
bool puzzles_solved(const PublicKey&, const PuzzleSolution&, const PuzzleDifficulty&);

/// Called now and then with the number of tries so far; return false to give up.
using PuzzleProgress = std::function<bool(std::uint64_t tries)>;
/// Key pairs are drawn until the static puzzle is solved. Errors: cancelled.
Result<KeyPair> solve_static_puzzle(Random&, int bits, const PuzzleProgress& progress = {});
/// Errors: cancelled.
Result<PuzzleSolution> solve_dynamic_puzzle(const NodeId&, Random&, int bits, const PuzzleProgress& progress = {});

}  // namespace p2pns::crypto
