// PeerTable: what a node keeps about every peer it exchanges sealed messages with: pair keys, replay window, clock
// offset, round-trip estimate, and the addresses that are proven. Least recently used peers are forgotten first; what
// must outlive them (which messages may have been seen, which counters were used) is kept as one bound for all.
#pragma once

#include <boost/container/static_vector.hpp>
#include <list>
#include <optional>
#include <unordered_map>

#include "core/base/time.hpp"
#include "core/rpc/replay_window.hpp"
#include "core/rpc/round_trip.hpp"
#include "core/wire/datagram.hpp"

namespace p2pns::rpc {

/// A sibling list of 80, tables of a few hundred and passing lookups fit ten times; about 600 bytes a peer.
inline constexpr std::size_t peers_maximum = 4096;
/// A forwarded port and the mapping of a NAT, or one address of each family.
inline constexpr std::size_t proven_addresses_maximum = 2;

struct Peer {
  wire::NodeHandle node;        ///< endpoints: proven or last used one first
  crypto::SharedSecret secret;  ///< X25519, once per pair
  /// It answered us from here, or returned our cookie from here; the latest first.
  boost::container::static_vector<Endpoint, proven_addresses_maximum> proven;
  std::optional<std::chrono::milliseconds> clock_offset;  ///< peer's UTC minus ours, once proven
  ReplayWindow replay;
  TimePoint last_request_at{};  ///< when its last request was accepted
  RoundTripEstimate round_trip;
  std::optional<wire::Cookie> cookie;  ///< to be shown to this peer in the next requests
  bool knows_us = false;               ///< it has answered: no introduction needed
  std::uint32_t next_counter = 1;
  std::uint16_t keys_day = 0;  ///< day of the two cached keys
  std::optional<crypto::SealKey> sending_key;
  std::optional<crypto::SealKey> receiving_key;

  bool has_proven(const Endpoint&) const noexcept;
  void prove(const Endpoint&);
};

class PeerTable {
 public:
  /// Counters towards every peer begin at `first_counter`.
  explicit PeerTable(std::size_t maximum = peers_maximum, std::uint32_t first_counter = 1)
      : maximum_(maximum), first_counter_(first_counter) {}

  /// Marks it as just used. Null when unknown. The pointer is valid until the next add or remove.
  Peer* find(const wire::KeyFingerprint&);
  /// Adds or returns the peer. An existing entry with the same fingerprint and another key is left alone: null.
  Peer* add(const wire::NodeHandle&, const crypto::SharedSecret&);
  /// Adds a peer whose fingerprint is not known yet (asserted), with the keys and the window it has.
  Peer& add(Peer);
  void remove(const wire::KeyFingerprint&);
  std::size_t size() const noexcept { return index_.size(); }
  /// A message of an unknown peer from before this time may have been seen already: its window was forgotten. None yet:
  /// nothing was forgotten.
  std::optional<TimePoint> windows_lost_at() const noexcept { return windows_lost_at_; }

 private:
  using Entries = std::list<Peer>;
  void forget(Entries::iterator);

  std::size_t maximum_;
  std::uint32_t first_counter_;  // above every counter used towards a forgotten peer: it may remember us
  std::optional<TimePoint> windows_lost_at_;
  Entries entries_;  // most recently used first
  std::unordered_map<wire::KeyFingerprint, Entries::iterator> index_;
};

}  // namespace p2pns::rpc
