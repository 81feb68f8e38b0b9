#include "core/host/net/link_gate.hpp"

namespace p2pns::host {

using link::EndReason;

LinkGate::LinkGate(const crypto::NetworkParameters& network, std::uint64_t salt)
    : exempt_private_(network.exempt_private_blocks),
      guard_({connections_per_block_and_second, connections_per_block_burst, connections_per_second, connections_burst,
              network.exempt_private_blocks},
             salt) {}

bool LinkGate::exempt(const Endpoint& from) const noexcept {
  return from.address.is_loopback() || (exempt_private_ && from.address.is_private());
}

std::optional<EndReason> LinkGate::enter(const Endpoint& from, TimePoint now) {
  const AddressBlock block = address_block(from.address);
  const auto same = blocks_.find(block);
  const bool full = same != blocks_.end() && same->second >= links_per_block_maximum;
  if (!exempt(from) && (full || !guard_.admit_request(from, now))) return EndReason::block_full;
  if (handshakes_ >= handshakes_maximum || !guard_.admit_stranger(now)) return EndReason::handshakes_full;
  ++blocks_[block];
  ++handshakes_;
  return std::nullopt;
}

void LinkGate::leave(const Endpoint& from, bool proven) {
  if (!proven) --handshakes_;
  const auto same = blocks_.find(address_block(from.address));
  if (--same->second == 0) blocks_.erase(same);
}

}  // namespace p2pns::host
