// Randomness of tests: the same numbers for the same seed. Randomised tests take their seed from P2PNS_SEED, or a fresh
// one, and print it, so that every failure can be run again.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <random>

#include "core/base/random.hpp"

namespace p2pns::test {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(MutableBytes bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_() & 255U);
  }
  ByteVector bytes(std::size_t count) {
    ByteVector result(count);
    fill(result);
    return result;
  }

 private:
  std::mt19937_64 engine_;
};

/// P2PNS_SEED, or a fresh seed; printed either way.
inline std::uint64_t announced_seed() {
  const char* const given = std::getenv("P2PNS_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 0) : std::random_device{}();
  std::printf("P2PNS_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace p2pns::test
