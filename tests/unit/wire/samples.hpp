// One or more values of every message body, and a way to decode and encode bytes of the same kind again: what the tests
// of all bodies share.
#pragma once

#include <functional>

#include "core/wire/datagram.hpp"
#include "tests/support/hex.hpp"

namespace p2pns::wire::test_samples {

/// The nodes of the test vectors: RFC 8032's keys 1 to 3, dynamic puzzles solved with 12 bits.
crypto::KeyPair keys_a();
crypto::KeyPair keys_b();
NodeHandle node_a();  ///< IPv4
NodeHandle node_b();  ///< IPv6
NodeHandle node_c();  ///< both
inline constexpr crypto::PuzzleDifficulty sample_difficulty{0, 12};

/// A node whose puzzles are solved for difficulty {0, 0} only.
NodeHandle numbered_node(std::uint16_t number, bool v4, bool v6);

inline constexpr std::uint64_t sample_time_ms = 1'728'000'012'345;
inline constexpr crypto::UtcDay sample_day = 20'000;
crypto::Nonce nonce_a();
crypto::Nonce nonce_b();
Cookie sample_cookie();
Retry sample_retry();
Envelope sample_envelope();

struct Sample {
  std::string name;  ///< of the test vector
  ByteVector encoded;
  std::function<Result<ByteVector>(Bytes)> recode;  ///< decode, then encode what was decoded
};
/// `difficulty` is asked of the contacts in what is decoded.
std::vector<Sample> all_samples(const crypto::PuzzleDifficulty& difficulty = sample_difficulty);

}  // namespace p2pns::wire::test_samples
