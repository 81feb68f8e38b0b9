// The first 64 bits of an XOR distance as a number: it decides nearly every comparison of distances in one instruction.
#pragma once

#include <cstdint>

#include "core/base/key.hpp"

namespace p2pns::kbr {

inline std::uint64_t leading_word(const Key& key) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < sizeof word; ++i) word = word << 8U | std::to_integer<std::uint64_t>(key.value[i]);
  return word;
}

/// Monotone in the distance; equal ranks need the full comparison.
inline std::uint64_t distance_rank(const Key& left, const Key& right) noexcept {
  return leading_word(left) ^ leading_word(right);
}

}  // namespace p2pns::kbr
