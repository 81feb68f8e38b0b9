// AddressChanges: reads what the kernel's route socket says (rtnetlink(7)), and tells whether this machine gained or
// lost an address that others could reach. Pure: bytes in, yes or no out.
#pragma once

#include <set>

#include "core/base/endpoint.hpp"

namespace p2pns::host {

/// Known addresses; with more they are forgotten, and each counts as new once more.
inline constexpr std::size_t machine_addresses_maximum = 1024;

class AddressChanges {
 public:
  /// One datagram of the route socket, aligned for its headers. Loopback and link-local addresses do not matter; one
  /// that is not usable yet counts when it is. The kernel repeats an address with every router advertisement: only the
  /// first time is a change.
  bool apply(Bytes messages);
  std::size_t known() const noexcept { return known_.size(); }

 private:
  struct Place {
    unsigned interface_index = 0;
    IpAddress address;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  bool apply_one(bool gained, Bytes payload);

  std::set<Place> known_;
};

}  // namespace p2pns::host
