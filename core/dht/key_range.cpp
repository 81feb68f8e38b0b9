#include "core/dht/key_range.hpp"

#include "core/base/assert.hpp"

namespace p2pns::dht {
namespace {

/// Adds 1 to the first `bits` bits; the rest stays as it is. An overflow wraps around.
Key increment_prefix(Key key, std::size_t bits) noexcept {
  if (bits == 0) return key;
  unsigned carry = 1U << (7 - (bits - 1) % 8);
  for (std::size_t i = (bits - 1) / 8 + 1; i-- > 0 && carry != 0;) {
    const unsigned sum = std::to_integer<unsigned>(key.value[i]) + carry;
    key.value[i] = static_cast<std::byte>(sum & 0xffU);
    carry = sum >> 8;
  }
  return key;
}

}  // namespace

bool contains(const KeyRange& range, const Key& key) noexcept {
  if (range.from < range.to) return range.from <= key && key < range.to;
  return range.from <= key || key < range.to;
}

KeyRange prefix_range(const Key& key, std::size_t bits) noexcept {
  P2PNS_ASSERT(bits <= key_bits);
  if (bits == 0) return {};
  const Key from = with_last_bit(
      key, bits - 1, (std::to_integer<unsigned>(key.value[(bits - 1) / 8]) >> (7 - (bits - 1) % 8) & 1U) != 0);
  return {from, increment_prefix(from, bits)};
}

Key with_last_bit(const Key& key, std::size_t index, bool value) noexcept {
  P2PNS_ASSERT(index < key_bits);
  Key result = key;
  const std::byte bit = std::byte{0x80} >> (index % 8);
  const auto before = static_cast<std::byte>(0xff00U >> (index % 8));
  std::byte& last = result.value[index / 8];
  last = (last & before) | (value ? bit : std::byte{0});
  for (std::size_t i = index / 8 + 1; i < Key::size_bytes; ++i) result.value[i] = std::byte{0};
  return result;
}

Key successor(const Key& key) noexcept { return increment_prefix(key, key_bits); }

}  // namespace p2pns::dht
