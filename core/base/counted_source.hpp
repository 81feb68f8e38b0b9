// counted_source: what counts as one machine in limits for strangers.
#pragma once

#include <algorithm>

#include "core/base/endpoint.hpp"

namespace p2pns {

/// An IPv4 address, or an IPv6 /64, which a single machine has at least.
inline IpAddress counted_source(IpAddress address) noexcept {
  if (address.family == IpFamily::v6) std::fill(address.octets.begin() + 8, address.octets.end(), std::byte{0});
  return address;
}

}  // namespace p2pns
