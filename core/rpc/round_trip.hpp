// RoundTripEstimate: retransmission time-out from measured round trips (Jacobson 1988, RFC 6298), bounded for lookups.
// TypicalRoundTrip: what to expect of a peer never measured, from all the others.
#pragma once

#include <optional>

#include "core/base/time.hpp"

namespace p2pns::rpc {

/// A fixed one-second wait is what makes other DHTs need over a second once a quarter of the nodes died.
inline constexpr Duration time_out_floor = std::chrono::milliseconds{50};
inline constexpr Duration time_out_ceiling = std::chrono::seconds{1};
/// For a peer never measured in an overlay never measured.
inline constexpr Duration time_out_initial = std::chrono::milliseconds{500};
/// Round trips of one overlay spread over about a decade; three medians are waited for a peer never measured.
inline constexpr int unmeasured_time_out_medians = 3;

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

/// Running estimate of the median of all samples: one comparison and one step a sample, no history. One slow or lying
/// peer moves it by a step, not by its value.
class TypicalRoundTrip {
 public:
  void add(Duration sample) noexcept;
  /// time_out_initial when nothing was measured.
  Duration median() const noexcept { return median_.value_or(time_out_initial); }
  /// Time-out for a peer never measured, between floor and ceiling.
  Duration time_out() const noexcept;

 private:
  std::optional<Duration> median_;
  int samples_ = 0;  // up to the number after which the step no longer shrinks
};

}  // namespace p2pns::rpc
