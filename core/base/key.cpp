#include "core/base/key.hpp"

#include <bit>

#include "core/base/assert.hpp"

namespace p2pns {

std::size_t leading_zero_bits(Bytes bytes) noexcept {
  std::size_t bits = 0;
  for (const std::byte byte : bytes) {
    const auto zeros = static_cast<std::size_t>(std::countl_zero(std::to_integer<std::uint8_t>(byte)));
    bits += zeros;
    if (zeros < 8) break;
  }
  return bits;
}

std::size_t common_prefix_bits(const Key& left, const Key& right) noexcept {
  return leading_zero_bits(distance(left, right).view());
}

Key key_in_bucket(const Key& origin, std::size_t prefix_bits, const Key& random_bits) noexcept {
  P2PNS_ASSERT(prefix_bits < key_bits);
  Key result = random_bits;
  const std::size_t whole = prefix_bits / 8;
  for (std::size_t i = 0; i < whole; ++i) result.value[i] = origin.value[i];
  const auto differing = std::byte{0x80} >> (prefix_bits % 8);                  // the first bit that must differ
  const auto high_mask = static_cast<std::byte>(0xff00U >> (prefix_bits % 8));  // leading bits taken from origin
  result.value[whole] = (origin.value[whole] & high_mask) | (result.value[whole] & ~(high_mask | differing)) |
                        (~origin.value[whole] & differing);
  return result;
}

}  // namespace p2pns
