#include "core/host/net/system.hpp"

#include <time.h>

#include <algorithm>
#include <sys/random.h>

#include "core/base/assert.hpp"

namespace p2pns::host {

void SystemRandom::fill(MutableBytes out) {
  while (!out.empty()) {
    if (used_ == pool_.size()) {
      // Up to 256 bytes getrandom() cannot be interrupted nor fall short once the pool of the system is ready.
      for (std::size_t at = 0; at < pool_.size(); at += 256) P2PNS_ASSERT(getrandom(pool_.data() + at, 256, 0) == 256);
      used_ = 0;
    }
    const std::size_t count = std::min(out.size(), pool_.size() - used_);
    std::copy_n(pool_.begin() + static_cast<std::ptrdiff_t>(used_), count, out.begin());
    std::fill_n(pool_.begin() + static_cast<std::ptrdiff_t>(used_), count, std::byte{0});  // never given out twice
    used_ += count;
    out = out.subspan(count);
  }
}

namespace {

TimePoint read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return TimePoint{
      std::chrono::duration_cast<Duration>(std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec})};
}

}  // namespace

TimePoint steady_now() { return read_clock(CLOCK_BOOTTIME); }

UnixTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ClockReading read_clocks() { return {steady_now(), read_clock(CLOCK_MONOTONIC), wall_now()}; }

}  // namespace p2pns::host
