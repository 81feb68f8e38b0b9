// BlockRule: which address block a node counts in for diversity limits. One owner of a /24 or /48 must not fill a
// bucket or a sibling list with identities of its own.
#pragma once

#include <optional>

#include "core/wire/node_handle.hpp"

namespace p2pns::kbr {

class BlockRule {
 public:
  /// `exempt_private`: loopback and private addresses count nowhere (test and LAN overlays).
  explicit BlockRule(bool exempt_private = false) : exempt_private_(exempt_private) {}

  /// Block of the node's front endpoint; none when it does not count.
  std::optional<AddressBlock> counted_block(const wire::NodeHandle& node) const noexcept {
    if (node.endpoints.empty()) return std::nullopt;
    const IpAddress& address = node.endpoints.front().address;
    if (exempt_private_ && (address.is_loopback() || address.is_private())) return std::nullopt;
    return address_block(address);
  }

 private:
  bool exempt_private_;
};

}  // namespace p2pns::kbr
