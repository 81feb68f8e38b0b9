#include "core/host/sim/network_model.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace p2pns::host {
namespace {

/// Median distance of two random points in the unit square.
constexpr double median_distance = 0.512;
constexpr Duration delay_minimum = std::chrono::microseconds{500};

double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

/// Standard normal value that depends on nothing but the seed (Box & Muller 1958).
double normal(std::uint64_t seed) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - unit(splitmix64(seed))));
  return radius * std::cos(2.0 * std::numbers::pi * unit(splitmix64(seed ^ 0x5bd1e995)));
}

}  // namespace

Duration NetworkModel::one_way_delay(std::uint32_t from, std::uint32_t to) const {
  const auto coordinate = [this](std::uint32_t node, std::uint64_t axis) {
    return unit(splitmix64(seed_ ^ (std::uint64_t{node} * 2 + axis + 1) * 0x9e3779b97f4a7c15ULL));
  };
  const double distance = std::hypot(coordinate(from, 0) - coordinate(to, 0), coordinate(from, 1) - coordinate(to, 1));
  const auto [low, high] = std::minmax(from, to);
  const double factor =
      std::exp(config_.delay_sigma * normal(splitmix64(seed_ + 7) ^ (std::uint64_t{low} << 32 | high)));
  const double microseconds =
      static_cast<double>(config_.round_trip_median.count()) / 2 * distance / median_distance * factor;
  return std::max(delay_minimum, Duration{static_cast<std::int64_t>(microseconds)});
}

std::optional<Duration> NetworkModel::carry(std::uint32_t from, std::uint32_t to) {
  if (config_.loss > 0 && losses_.unit() < config_.loss) return std::nullopt;
  return one_way_delay(from, to);
}

}  // namespace p2pns::host
