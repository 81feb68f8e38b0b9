// Numbers as digits of a fixed count, in branches and nonces.
#pragma once

#include <cstdint>
#include <string>

namespace p2pns::sip {

/// The last `digits` hexadecimal digits, lower case, with zeros in front.
inline std::string hex_of(std::uint64_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; number >>= 4U) text[i] = "0123456789abcdef"[number & 0xfU];
  return text;
}

}  // namespace p2pns::sip
