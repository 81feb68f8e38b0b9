// RpcChannel: question and answer between nodes, authenticated by pair keys without a handshake (docs/protocol.md).
// It owns sealing and opening, introductions, cookies and RETRY, replay windows, request matching, time-outs and
// retries. It does not know what the messages mean: handlers register by type, callers pass encoded bodies.
//
// No answer to an unproven address is larger than its request; what cannot be authenticated is counted and dropped.
// A RETRY is not authenticated by a key: it gives a call a cookie and a clock, and never changes what is known of a
// peer.
#pragma once

#include <memory>
#include <type_traits>
#include <vector>

#include "core/base/log.hpp"
#include "core/base/operation.hpp"
#include "core/base/random.hpp"
#include "core/base/transport.hpp"
#include "core/base/wall_clock.hpp"
#include "core/crypto/identity.hpp"
#include "core/rpc/rpc_counters.hpp"
#include "core/wire/datagram.hpp"

namespace p2pns::rpc {

/// Calls under way at once; one more fails with overloaded. A lookup has at most some tens outstanding.
inline constexpr std::size_t pending_calls_maximum = 4096;
/// Transmissions per address of a call: one loss is survived without giving the node up.
inline constexpr int transmissions_per_address = 2;

/// An authenticated answer.
struct Answer {
  wire::NodeHandle from;  ///< front endpoint: the address that just answered
  wire::MessageType type;
  ByteVector body;
  Duration round_trip;
  /// The peer had no proof of our address, so it took no notice of us (PeerObserver::on_peer_seen). It gave a cookie:
  /// the next call proves the address.
  bool address_unproven = false;
};

/// An authenticated request. Valid during the handler call only.
struct Request {
  wire::NodeHandle from;             ///< front endpoint: the address it came from
  bool address_proven;               ///< `from`'s front endpoint is known to be its own
  std::size_t answer_maximum_bytes;  ///< largest body that may be sent back
  Bytes body;
};

/// Sends the answer to one request; call at most once, now or later (a durable write answers after its commit).
/// Dropping it sends nothing. An answer larger than answer_maximum_bytes is not sent (counted).
using Responder = Callback<void(wire::MessageType, ByteVector)>;
using RequestHandler = Callback<void(const Request&, Responder)>;

/// What the layer above wants to know about every peer, beside the answers to its own calls.
class PeerObserver {
 public:
  /// It answered our authenticated RPC from its front endpoint: it may enter tables.
  virtual void on_peer_answered(const wire::NodeHandle&, Duration round_trip) = 0;
  /// It sent us an authenticated request from a proven address (its front endpoint): a candidate. Of others nothing is
  /// told, or a forged address could make us send there.
  virtual void on_peer_seen(const wire::NodeHandle&) = 0;
  /// All transmissions to all its addresses timed out.
  virtual void on_peer_silent(const NodeId&) = 0;

 protected:
  ~PeerObserver() = default;
};

/// The world around the channel; every reference outlives it.
struct ChannelEnvironment {
  Transport& transport;
  Random& random;
  crypto::Sealer& sealer;
  TimerQueue& timers;
  WallClock& wall_clock;
  Log& log;
};

class RpcChannel {
 public:
  /// The identity outlives the channel.
  RpcChannel(const crypto::NetworkParameters&, const crypto::Identity&, ChannelEnvironment);
  ~RpcChannel();

  /// Asks `to`, trying its endpoints in order with retries. `answer_bytes` is the largest answer body wanted: the first
  /// request to a peer that has not answered yet is padded to it. `to` is not this node (asserted). Errors: timed_out,
  /// overloaded, bad_key (also: two keys with one fingerprint), not_reachable (no endpoint), too_large (body above
  /// wire::introduced_body_maximum_bytes).
  Operation call(const wire::NodeHandle& to, wire::MessageType, ByteVector body, std::size_t answer_bytes,
                 Callback<void(Result<Answer>)> completion);
  /// Learns the key behind an address (HELLO -> RETRY), then calls it. Errors: timed_out, overloaded, too_large,
  /// puzzle_unsolved, bad_key (also: the address is our own).
  Operation call_address(const Endpoint& to, wire::MessageType, ByteVector body, std::size_t answer_bytes,
                         Callback<void(Result<Answer>)> completion);

  /// Registers the handler of one request type, once per type.
  void serve(wire::MessageType, RequestHandler);
  /// The same for a handler that takes what `decode` makes of the body. A body that does not decode never reaches it:
  /// it is counted, and answered with REFUSED (malformed).
  template <class Body>
  void serve(wire::MessageType type, Result<Body> (*decode)(Bytes),
             std::type_identity_t<Callback<void(const Request&, Body, Responder)>> handler) {
    serve(type, [this, decode, handler = std::move(handler)](const Request& request, Responder respond) {
      auto body = decode(request.body);
      if (!body) return refuse_malformed(respond);
      handler(request, std::move(*body), std::move(respond));
    });
  }
  /// At most one; must outlive the channel or be reset with null.
  void observe(PeerObserver*);
  void on_datagram(const Endpoint& from, Bytes datagram);

  /// Median of the measured round trips: the time-out base for peers not measured yet.
  Duration typical_round_trip() const;
  const RpcCounters& counters() const noexcept;

 private:
  void refuse_malformed(const Responder&);

  class Implementation;
  std::unique_ptr<Implementation> implementation_;  // keeps the tables and their headers out of every layer above
};

}  // namespace p2pns::rpc
