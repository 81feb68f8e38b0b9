// Key: a point of the 160-bit identifier space that NodeIDs and record positions share, with Kademlia's XOR metric
// (Maymounkov & Mazieres 2002).
#pragma once

#include <cstddef>

#include "core/base/bytes.hpp"

namespace p2pns {

using Key = FixedBytes<20, struct KeyTag>;
/// First 160 bits of SHA-256(public key). Same space as record positions, hence the same type.
using NodeId = Key;

inline constexpr std::size_t key_bits = 160;

/// XOR of the two keys; compare distances with operator<.
constexpr Key distance(const Key& left, const Key& right) noexcept {
  Key result;
  for (std::size_t i = 0; i < Key::size_bytes; ++i) result.value[i] = left.value[i] ^ right.value[i];
  return result;
}

/// True when `left` is nearer to `target` than `right`.
constexpr bool closer(const Key& target, const Key& left, const Key& right) noexcept {
  for (std::size_t i = 0; i < Key::size_bytes; ++i) {
    const std::byte a = left.value[i] ^ target.value[i];
    const std::byte b = right.value[i] ^ target.value[i];
    if (a != b) return a < b;
  }
  return false;
}

/// Number of leading bits that both keys share, 0..160.
std::size_t common_prefix_bits(const Key& left, const Key& right) noexcept;
/// Number of leading zero bits of any byte string.
std::size_t leading_zero_bits(Bytes) noexcept;
/// A key that shares exactly `prefix_bits` leading bits with `origin`; the rest is taken from `random_bits`.
Key key_in_bucket(const Key& origin, std::size_t prefix_bits, const Key& random_bits) noexcept;

}  // namespace p2pns
