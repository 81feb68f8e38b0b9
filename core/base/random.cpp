#include "core/base/random.hpp"

#include "core/base/assert.hpp"

namespace p2pns {

std::uint64_t Random::next() {
  std::uint64_t value = 0;
  fill(std::as_writable_bytes(std::span{&value, 1}));
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  P2PNS_ASSERT(bound > 0);
  const std::uint64_t unbiased_limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = next();
  while (value >= unbiased_limit) value = next();
  return value % bound;
}

double Random::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

Duration Random::between(Duration low, Duration high) {
  P2PNS_ASSERT(low <= high);
  return low + Duration{static_cast<std::int64_t>(below(static_cast<std::uint64_t>((high - low).count()) + 1))};
}

}  // namespace p2pns
