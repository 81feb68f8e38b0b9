// Identity: who a node is. Key pair, NodeID and the solution of its dynamic puzzle; kept for ever, whatever the
// address.
#pragma once

#include "core/crypto/puzzle.hpp"

namespace p2pns::crypto {

class Identity {
 public:
  Identity(const KeyPair& keys, const PuzzleSolution& puzzle)
      : keys_(keys), puzzle_(puzzle), node_id_(node_id_of(keys.public_key())) {}
  /// Solves both puzzles. Errors: cancelled.
  static Result<Identity> generate(Random&, const PuzzleDifficulty&, const PuzzleProgress& progress = {});

  const KeyPair& keys() const noexcept { return keys_; }
  const PublicKey& public_key() const noexcept { return keys_.public_key(); }
  const PuzzleSolution& puzzle() const noexcept { return puzzle_; }
  const NodeId& node_id() const noexcept { return node_id_; }

 private:
  KeyPair keys_;
  PuzzleSolution puzzle_;
  NodeId node_id_;
};

}  // namespace p2pns::crypto
