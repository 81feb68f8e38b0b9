#include "frontends/sip/source_limiter.hpp"

namespace p2pns::sip {

IpAddress counted_source(IpAddress address) noexcept {
  if (address.family == IpFamily::v6) std::fill(address.octets.begin() + 8, address.octets.end(), std::byte{0});
  return address;
}

bool SourceLimiter::admit(const IpAddress& source, TimePoint now) {
  return source.is_loopback() || addresses_.take(counted_source(source), now);
}

}  // namespace p2pns::sip
