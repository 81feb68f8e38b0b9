// make_identity: a new identity for a node, with the progress of its puzzles told to a person. Used by the daemon's
// first start and by `p2pns keygen`.
#pragma once

#include <functional>
#include <string>

#include "core/crypto/identity.hpp"

namespace p2pns::apps {

/// "static puzzle: 1,200,000 tries of about 1,048,576 expected, 90,000 a second"
std::string progress_line(std::string_view puzzle, std::uint64_t tries, int bits, std::chrono::milliseconds elapsed);

/// Solves both puzzles; takes about 2^bits hashes each. `say` gets a line about once in a second.
crypto::Identity make_identity(const crypto::PuzzleDifficulty&, const std::function<void(const std::string&)>& say);

}  // namespace p2pns::apps
