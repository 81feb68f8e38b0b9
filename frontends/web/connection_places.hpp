// ConnectionPlaces: who may open one more connection. Programs of this machine have a share that other machines cannot
// take, and no other machine (counted_source) can take the places of all. Pure counting, no sockets.
#pragma once

#include <algorithm>
#include <map>

#include "core/base/counted_source.hpp"
#include "frontends/web/peer.hpp"

namespace p2pns::web {

/// One remote machine has at most a quarter of all places; remote ones together leave an eighth to this machine.
inline constexpr std::size_t remote_share = 4;
inline constexpr std::size_t local_share = 8;

class ConnectionPlaces {
 public:
  /// With fewer than 8 places nothing is reserved, and with fewer than 4 a remote machine may have one.
  explicit ConnectionPlaces(std::size_t maximum) : maximum_(maximum) {}

  /// Takes a place; false: there is none for this peer.
  bool take(const Peer& peer) {
    if (taken_ >= maximum_) return false;
    if (peer.kind == Peer::Kind::remote && !take_remote(counted_source(peer.address))) return false;
    ++taken_;
    return true;
  }
  /// Gives back what `take` took for the same peer.
  void give_back(const Peer& peer) {
    --taken_;
    if (peer.kind != Peer::Kind::remote) return;
    --remote_;
    const auto known = by_source_.find(counted_source(peer.address));
    if (known != by_source_.end() && --known->second == 0) by_source_.erase(known);
  }

 private:
  bool take_remote(const IpAddress& source) {
    if (remote_ >= maximum_ - maximum_ / local_share) return false;
    const auto known = by_source_.find(source);
    const std::size_t taken = known == by_source_.end() ? 0 : known->second;
    if (taken >= std::max<std::size_t>(maximum_ / remote_share, 1)) return false;
    by_source_[source] = taken + 1;
    ++remote_;
    return true;
  }

  std::size_t maximum_;
  std::size_t taken_ = 0;
  std::size_t remote_ = 0;
  std::map<IpAddress, std::size_t> by_source_;  // remote ones only; none with 0
};

}  // namespace p2pns::web
