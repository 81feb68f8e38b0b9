// Random: the only source of randomness. The real host reads the operating system's generator, the simulated one a
// seed.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace p2pns {

class Random {
 public:
  virtual void fill(MutableBytes) = 0;

  std::uint64_t next();
  /// Uniform in [0, bound). `bound` > 0.
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [0, 1).
  double unit();
  /// Uniform in [low, high].
  Duration between(Duration low, Duration high);
  template <class Fixed>
  Fixed value() {
    Fixed result;
    fill(result.mutable_view());
    return result;
  }

 protected:
  ~Random() = default;
};

}  // namespace p2pns
