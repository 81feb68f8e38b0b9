// A key from a passphrase: Argon2id (RFC 9106, libsodium), slow and hungry for memory on purpose. What it costs stands
// beside what was sealed with it, so that it can grow over the years; what a file may ask for is bounded.
#pragma once

#include "core/crypto/seal.hpp"

namespace p2pns::crypto {

using PassphraseSalt = FixedBytes<16, struct PassphraseSaltTag>;

/// The defaults are libsodium's "moderate": 0.7 s of one core and 256 MiB for each guess.
struct PassphraseCost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 256 * 1024;
};
/// A hostile file must not be able to ask for more than a small machine has, or for more than some 15 s of it.
inline constexpr std::uint32_t passphrase_passes_maximum = 16;
inline constexpr std::uint32_t passphrase_memory_maximum_kib = 1024 * 1024;
/// The least that Argon2id can work with; only tests ask for so little.
inline constexpr std::uint32_t passphrase_passes_minimum = 1;
inline constexpr std::uint32_t passphrase_memory_minimum_kib = 8;

/// Whether the cost lies within the bounds.
bool is_allowed(const PassphraseCost&) noexcept;
/// The caller wipes the key. Errors: too_large (not an allowed cost), overloaded (the machine has not that much
/// memory).
Result<SealKey> derive_passphrase_key(Bytes passphrase, const PassphraseSalt&, const PassphraseCost&);

}  // namespace p2pns::crypto
