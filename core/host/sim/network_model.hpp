// NetworkModel: what the simulated network does to a datagram between two nodes: delay and loss. Delays come from
// positions in a unit square with a lognormal factor a pair, so that some pairs are near and some far, and stay so.
#pragma once

#include <optional>

#include "core/base/time.hpp"
#include "core/host/sim/seeded_random.hpp"

namespace p2pns::host {

struct NetworkModelConfig {
  Duration round_trip_median = std::chrono::milliseconds{80};
  double delay_sigma = 0.5;  ///< of the lognormal factor
  double loss = 0.0;         ///< share of datagrams, 0..1
};

class NetworkModel {
 public:
  NetworkModel(const NetworkModelConfig& config, std::uint64_t seed)
      : config_(config), seed_(seed), losses_(seed ^ 1) {}

  /// One-way delay of the next datagram, or nothing when it is lost.
  std::optional<Duration> carry(std::uint32_t from, std::uint32_t to);
  Duration one_way_delay(std::uint32_t from, std::uint32_t to) const;

 private:
  NetworkModelConfig config_;
  std::uint64_t seed_;
  SeededRandom losses_;
};

}  // namespace p2pns::host
