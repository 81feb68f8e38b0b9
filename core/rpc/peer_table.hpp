// PeerTable: what a node keeps about every peer it exchanges sealed messages with: pair keys, replay window, clock
// offset, round-trip estimate, and the address that is proven. Least recently used peers are forgotten first.
#pragma once

#include <bitset>
#include <list>
#include <optional>
#include <unordered_map>

#include "core/base/time.hpp"
#include "core/rpc/round_trip.hpp"
#include "core/wire/datagram.hpp"

namespace p2pns::rpc {

/// A sibling list of 80, tables of a few hundred and passing lookups fit ten times; about 600 bytes a peer.
inline constexpr std::size_t peers_maximum = 4096;
/// Datagrams may overtake each other by this many before the late one is dropped.
inline constexpr std::size_t replay_window_messages = 1024;

/// Accepts each (start, counter) of one peer once (docs/protocol.md, "Replays").
class ReplayWindow {
 public:
  /// False: seen before, too old, or from before the peer's last restart.
  bool accept(std::uint32_t start_s, std::uint32_t counter);
  /// Start time of the peer's current run, if any message was accepted.
  std::optional<std::uint32_t> start_s() const noexcept { return start_s_; }

 private:
  std::optional<std::uint32_t> start_s_;
  std::uint32_t highest_ = 0;
  std::bitset<replay_window_messages> seen_;
};

struct Peer {
  wire::NodeHandle node;                                  ///< endpoints: proven or last used one first
  crypto::SharedSecret secret;                            ///< X25519, once per pair
  std::optional<Endpoint> proven;                         ///< answered us from here, or returned our cookie from here
  std::optional<std::chrono::milliseconds> clock_offset;  ///< peer's UTC minus ours, once proven
  ReplayWindow replay;
  RoundTripEstimate round_trip;
  std::optional<wire::Cookie> cookie;  ///< to be shown to this peer in the next requests
  bool knows_us = false;               ///< it has answered: no introduction needed
  std::uint32_t next_counter = 1;
  std::uint16_t keys_day = 0;  ///< day of the two cached keys
  std::optional<crypto::SealKey> sending_key;
  std::optional<crypto::SealKey> receiving_key;
};

class PeerTable {
 public:
  explicit PeerTable(std::size_t maximum = peers_maximum) : maximum_(maximum) {}

  /// Marks it as just used. Null when unknown.
  Peer* find(const wire::KeyFingerprint&);
  /// Adds or returns the peer. An existing entry with the same fingerprint and another key is left alone: null.
  Peer* add(const wire::NodeHandle&, const crypto::SharedSecret&);
  void remove(const wire::KeyFingerprint&);
  std::size_t size() const noexcept { return index_.size(); }

 private:
  using Entries = std::list<Peer>;
  std::size_t maximum_;
  Entries entries_;  // most recently used first
  std::unordered_map<wire::KeyFingerprint, Entries::iterator> index_;
};

}  // namespace p2pns::rpc
