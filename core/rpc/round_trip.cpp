#include "core/rpc/round_trip.hpp"

#include <algorithm>

namespace p2pns::rpc {
namespace {

// The step of the running median is the median divided by the number of samples, and by this at most: it settles within
// some tens of samples and still follows a change of network within a minute of traffic.
constexpr int median_step_divisor_maximum = 32;
constexpr Duration median_step_minimum = std::chrono::microseconds{10};

Duration bounded(Duration time_out) noexcept { return std::clamp(time_out, time_out_floor, time_out_ceiling); }

}  // namespace

void RoundTripEstimate::add(Duration sample) noexcept {
  if (!smoothed_) {
    smoothed_ = sample;
    variation_ = sample / 2;
    return;
  }
  const Duration deviation = sample > *smoothed_ ? sample - *smoothed_ : *smoothed_ - sample;
  variation_ += (deviation - variation_) / 4;
  *smoothed_ += (sample - *smoothed_) / 8;
}

Duration RoundTripEstimate::time_out(Duration fallback) const noexcept {
  return smoothed_ ? bounded(*smoothed_ + 4 * variation_) : fallback;
}

void TypicalRoundTrip::add(Duration sample) noexcept {
  if (!median_) {
    median_ = sample;
    samples_ = 1;
    return;
  }
  samples_ = std::min(samples_ + 1, median_step_divisor_maximum);
  const Duration step = std::max(*median_ / samples_, median_step_minimum);
  median_ = sample > *median_ ? std::min(sample, *median_ + step) : std::max(sample, *median_ - step);
}

Duration TypicalRoundTrip::time_out() const noexcept {
  return median_ ? bounded(unmeasured_time_out_medians * *median_) : time_out_initial;
}

}  // namespace p2pns::rpc
