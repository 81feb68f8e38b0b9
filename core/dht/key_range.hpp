// KeyRange: a half-open piece of the circle of positions, and the pieces replication works with.
#pragma once

#include "core/base/key.hpp"

namespace p2pns::dht {

/// Half-open range of positions [from, to); wraps around when to <= from.
struct KeyRange {
  Key from;
  Key to;
};

bool contains(const KeyRange&, const Key&) noexcept;
/// All keys that share the first `bits` bits with `key`, in ascending order (0 bits: all keys). `bits` <= 160.
KeyRange prefix_range(const Key& key, std::size_t bits) noexcept;
/// `key` with the bit at `index` (0: the first) set to `value`, and all behind it zero.
Key with_last_bit(const Key& key, std::size_t index, bool value) noexcept;
/// The next key; behind the last one comes the first.
Key successor(const Key&) noexcept;

}  // namespace p2pns::dht
