// Byte strings written as hexadecimal text in tests.
#pragma once

#include <stdexcept>

#include "core/base/bytes.hpp"

namespace p2pns::test {

/// Throws when the text is no hexadecimal: a broken test, not a failing one.
inline ByteVector hex(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes) throw std::invalid_argument{"no hexadecimal: " + std::string{text}};
  return *bytes;
}

template <class Fixed>
Fixed fixed(std::string_view text) {
  const auto value = Fixed::from(hex(text));
  if (!value) throw std::invalid_argument{"wrong length: " + std::string{text}};
  return *value;
}

}  // namespace p2pns::test
