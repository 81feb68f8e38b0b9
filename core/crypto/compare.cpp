#include "core/crypto/compare.hpp"

#include <sodium.h>

namespace p2pns::crypto {

bool equal_in_constant_time(Bytes left, Bytes right) noexcept {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace p2pns::crypto
