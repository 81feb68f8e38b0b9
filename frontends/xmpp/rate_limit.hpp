// RateLimit: how many stanzas somebody may send: so many a second in the long run, and a burst. Time is an argument.
#pragma once

#include <string>
#include <unordered_map>

#include "core/base/time.hpp"

namespace p2pns::xmpp {

/// Senders remembered; who has not sent for a while is forgotten first.
inline constexpr std::size_t rated_senders_maximum = 16'384;

class RateLimit {
 public:
  RateLimit(double per_second, std::uint32_t burst) : per_second_(per_second), burst_(burst) {}

  /// False: over the limit. Also when too many others are within their bursts.
  bool take(const std::string& sender, TimePoint now);
  std::size_t size() const noexcept { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens;
    TimePoint since;
  };
  double level(const Bucket&, TimePoint now) const;
  void forget_idle(TimePoint now);

  double per_second_;
  std::uint32_t burst_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace p2pns::xmpp
