// SecureSession: turns (peer, type, envelope, body) into datagrams and back. It owns the peers and their daily keys,
// our run's start and counters, and knows what UTC day it is for whom. It does not know which request an answer
// belongs to (CallTable), nor which requests may be served (RequestServer).
#pragma once

#include "core/rpc/peer_table.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::rpc {

/// Messages may be this much older or newer than now: the time a datagram travels, plus what clocks drift in a day.
inline constexpr std::chrono::milliseconds message_age_maximum = std::chrono::seconds{30};
/// 31 December 9999: a time beyond it is no time, and sums with it must not overflow.
inline constexpr std::uint64_t message_time_maximum_ms = 253'402'300'799'999;
/// Bytes of a sealed datagram around its body; introduction and cookie come on top.
inline constexpr std::size_t sealed_overhead_bytes = wire::overhead_bytes + 2;

crypto::UtcDay utc_day(UnixTime) noexcept;
/// True for the day itself, the one before and the one after (days wrap).
bool day_is_near(crypto::UtcDay left, crypto::UtcDay right) noexcept;

/// One message to be sealed. Views and pointers into the caller's values.
struct Outgoing {
  wire::MessageType type;
  crypto::UtcDay day;
  const crypto::Nonce& nonce;
  wire::RequestId request;
  Bytes body;
  std::size_t padded_body_bytes = 0;
  bool introduce = false;
  std::optional<wire::Cookie> cookie = std::nullopt;
};

/// An opened message; owns its bytes.
class Opened {
 public:
  Opened(ByteVector plain, const wire::Plain& parts)
      : plain_(std::move(plain)),
        envelope_(parts.envelope),
        body_offset_(static_cast<std::size_t>(parts.body.data() - plain_.data())),
        body_size_(parts.body.size()) {}
  const wire::Envelope& envelope() const noexcept { return envelope_; }
  UnixTime time() const noexcept { return UnixTime{std::chrono::milliseconds{envelope_.time_ms}}; }
  Bytes body() const noexcept { return Bytes{plain_}.subspan(body_offset_, body_size_); }
  /// The body as a vector, without another allocation.
  ByteVector take_body() &&;

 private:
  ByteVector plain_;
  wire::Envelope envelope_;
  std::size_t body_offset_;
  std::size_t body_size_;
};

class SecureSession {
 public:
  /// The identity outlives the session.
  SecureSession(const crypto::NetworkParameters&, const crypto::Identity&, const ChannelEnvironment&, RpcCounters&);

  const crypto::NetworkParameters& network() const noexcept { return network_; }
  const wire::KeyFingerprint& own_fingerprint() const noexcept { return own_fingerprint_; }
  const crypto::Identity& identity() const noexcept { return identity_; }
  PeerTable& peers() noexcept { return peers_; }

  TimePoint now() const noexcept { return environment_.timers.now(); }
  UnixTime wall() const noexcept { return environment_.wall_clock.now(); }
  /// UTC at an earlier time of our steady clock, by what the wall clock says now.
  UnixTime wall_at(TimePoint) const noexcept;
  /// The peer's idea of the day, as far as known.
  crypto::UtcDay day_of(const Peer&) const noexcept;
  /// A message of an unknown peer must not be older than this: we started, or forgot a replay window, then.
  TimePoint windows_complete_since() const noexcept;

  /// X25519, counted. Errors: bad_key.
  Result<crypto::SharedSecret> agree(const crypto::PublicKey&);
  /// Finds the peer, or agrees on a secret once. Errors: bad_key (also: the fingerprint belongs to another key).
  Result<Peer*> peer_for(const wire::NodeHandle&);

  wire::ClearHeader header(wire::MessageType, const wire::KeyFingerprint& receiver, crypto::UtcDay) const;
  wire::Introduction own_introduction() const { return {identity_.public_key(), identity_.puzzle()}; }
  ByteVector seal(Peer&, const Outgoing&);
  /// Errors: bad_seal, truncated, malformed.
  Result<Opened> open(Peer&, const wire::Datagram&);
  /// Sends and counts.
  void send(const Endpoint& to, Bytes datagram);

 private:
  void use_day(Peer&, crypto::UtcDay) const;
  std::uint32_t next_counter(Peer&);

  crypto::NetworkParameters network_;
  const crypto::Identity& identity_;
  ChannelEnvironment environment_;
  RpcCounters& counters_;
  crypto::NetworkFingerprint network_fingerprint_;
  wire::KeyFingerprint own_fingerprint_;
  TimePoint started_at_;
  std::uint32_t start_s_;
  PeerTable peers_;
};

}  // namespace p2pns::rpc
