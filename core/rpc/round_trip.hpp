// RoundTripEstimate: retransmission time-out from measured round trips (Jacobson 1988, RFC 6298), bounded for lookups.
#pragma once

#include <optional>

#include "core/base/time.hpp"

namespace p2pns::rpc {

/// A fixed one-second wait is what makes other DHTs need over a second once a quarter of the nodes died.
inline constexpr Duration time_out_floor = std::chrono::milliseconds{50};
inline constexpr Duration time_out_ceiling = std::chrono::seconds{1};
/// For a peer never measured in an overlay never measured.
inline constexpr Duration time_out_initial = std::chrono::milliseconds{500};

class RoundTripEstimate {
 public:
  void add(Duration sample) noexcept;
  bool measured() const noexcept { return smoothed_.has_value(); }
  std::optional<Duration> smoothed() const noexcept { return smoothed_; }
  /// smoothed + 4 x variation, between floor and ceiling; `fallback` when nothing was measured.
  Duration time_out(Duration fallback) const noexcept;

 private:
  std::optional<Duration> smoothed_;
  Duration variation_{0};
};

}  // namespace p2pns::rpc
