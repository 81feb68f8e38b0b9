// The machine's randomness and clocks, behind the seams of the core.
#pragma once

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/host/net/clock_watch.hpp"

namespace p2pns::host {

/// The operating system's generator (getrandom), read in blocks: a nonce costs no system call of its own.
class SystemRandom final : public Random {
 public:
  void fill(MutableBytes) override;

 private:
  std::array<std::byte, 4096> pool_{};
  std::size_t used_ = pool_.size();
};

/// Steady, runs through suspend (CLOCK_BOOTTIME).
TimePoint steady_now();
UnixTime wall_now();
/// All three, as close together as can be.
ClockReading read_clocks();

}  // namespace p2pns::host
