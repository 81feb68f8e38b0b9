// LinkGate: which connections of strangers are let in. Counts what is there and how fast more comes, in total and for
// each address block; loopback, and private ranges where the network exempts them, have no block. Takes now as
// argument.
#pragma once

#include <map>
#include <optional>

#include "core/crypto/network.hpp"
#include "core/link/link_counters.hpp"
#include "core/rpc/flood_guard.hpp"

namespace p2pns::host {

/// Connections accepted and not yet proven: each costs 1 ms of computing and 60 kB. Beyond, new ones are closed at
/// once.
inline constexpr std::size_t handshakes_maximum = 64;
/// New connections of all strangers in a second, with a burst: a tenth of one core.
inline constexpr double connections_per_second = 100;
inline constexpr double connections_burst = 200;
/// The same for one address block: a few nodes that all lost their links at once.
inline constexpr double connections_per_block_and_second = 2;
inline constexpr double connections_per_block_burst = 32;
/// Links and handshakes that others opened from one address block (/24, /48): 32 blocks fill all places.
inline constexpr std::size_t links_per_block_maximum = 16;

class LinkGate {
 public:
  /// `salt` should be random (see FloodGuard).
  LinkGate(const crypto::NetworkParameters&, std::uint64_t salt);

  /// None: it may come in, and counts from now on as a handshake. Otherwise why not.
  std::optional<link::EndReason> enter(const Endpoint& from, TimePoint now);
  /// One that came in has proven its key.
  void on_proven() noexcept { --handshakes_; }
  /// One that came in is gone. `proven`: on_proven() was called.
  void leave(const Endpoint& from, bool proven);
  std::size_t handshakes() const noexcept { return handshakes_; }

 private:
  bool exempt(const Endpoint&) const noexcept;

  bool exempt_private_;
  rpc::FloodGuard guard_;  // of connections, not of requests
  std::size_t handshakes_ = 0;
  std::map<AddressBlock, std::size_t> blocks_;  // with connections: links_in_maximum and handshakes_maximum, or fewer
};

}  // namespace p2pns::host
