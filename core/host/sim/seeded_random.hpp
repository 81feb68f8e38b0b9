// SeededRandom: xoshiro256** (Blackman & Vigna 2018), seeded through splitmix64. Same seed, same run. Never used
// outside tests and the simulator.
#pragma once

#include "core/base/random.hpp"

namespace p2pns::host {

/// One step of splitmix64: a good 64-bit mix, also used to derive independent seeds.
std::uint64_t splitmix64(std::uint64_t value) noexcept;

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(MutableBytes) override;

 private:
  std::uint64_t step() noexcept;
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace p2pns::host
