#include "core/crypto/ecdsa_form.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace p2pns::crypto {
namespace {

// FIPS 186-4, D.1.2.3 and D.1.2.4: n.
constexpr std::array<std::uint8_t, 32> order_p256 = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                                     0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                                     0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
constexpr std::array<std::uint8_t, 48> order_p384 = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
    0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73};

/// Empty when the signature is on neither curve.
std::span<const std::uint8_t> order_for(Bytes signature) noexcept {
  if (signature.size() == 2 * order_p256.size()) return order_p256;
  if (signature.size() == 2 * order_p384.size()) return order_p384;
  return {};
}

/// order - s, as long as s; of an s that is larger than the order some other number, and no verifier takes that s.
ByteVector other_s(std::span<const std::uint8_t> order, Bytes s) {
  ByteVector difference(s.size());
  int borrow = 0;
  for (std::size_t i = s.size(); i-- > 0;) {
    int digit = int{order[i]} - std::to_integer<int>(s[i]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    digit += 256 * borrow;
    difference[i] = static_cast<std::byte>(digit);
  }
  return difference;
}

bool is_smaller(Bytes left, Bytes right) { return std::ranges::lexicographical_compare(left, right); }

}  // namespace

bool has_low_s(Bytes signature) {
  const auto order = order_for(signature);
  if (order.empty()) return false;
  const Bytes s = signature.last(order.size());
  return !is_smaller(other_s(order, s), s);
}

void make_s_low(MutableBytes signature) {
  const auto order = order_for(signature);
  if (order.empty() || has_low_s(signature)) return;
  const MutableBytes s = signature.last(order.size());
  std::ranges::copy(other_s(order, s), s.begin());
}

}  // namespace p2pns::crypto
