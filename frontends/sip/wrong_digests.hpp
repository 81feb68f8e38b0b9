// WrongDigests: sources that sent too many wrong digests are not answered for a while. Counts per IPv4 address and per
// IPv6 /64, in a bounded table.
#pragma once

#include <map>

#include "core/base/endpoint.hpp"
#include "core/base/time.hpp"

namespace p2pns::sip {

/// Sources watched at the same time, about 100 bytes each. When it is full the one that was silent longest goes.
inline constexpr std::size_t wrong_digest_sources_maximum = 4096;

struct WrongDigestLimits {
  unsigned per_minute = 5;
  Duration silence = std::chrono::minutes{5};
};

class WrongDigests {
 public:
  explicit WrongDigests(WrongDigestLimits limits) : limits_(limits) {}
  void add(const IpAddress& source, TimePoint now);
  /// True: do not answer this source now.
  bool is_silenced(const IpAddress& source, TimePoint now) const;
  std::size_t size() const noexcept { return sources_.size(); }

 private:
  struct Count {
    TimePoint begin{};  ///< of the minute
    TimePoint last{};
    unsigned wrong = 0;
    TimePoint silent_until{};
  };
  void make_room(TimePoint now);

  WrongDigestLimits limits_;
  std::map<IpAddress, Count> sources_;
};

}  // namespace p2pns::sip
