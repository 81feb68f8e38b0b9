#include "frontends/sip/source_limiter.hpp"

namespace p2pns::sip {

bool SourceLimiter::admit(const IpAddress& source, TimePoint now) {
  return source.is_loopback() || addresses_.take(counted_source(source), now);
}

}  // namespace p2pns::sip
