#include "core/rpc/request_server.hpp"

#include <algorithm>

namespace p2pns::rpc {
namespace {

constexpr std::size_t retry_datagram_bytes =
    wire::clear_header_bytes + crypto::Nonce::size_bytes + wire::retry_body_bytes;
// An answer to an unproven address carries a cookie.
constexpr std::size_t unproven_overhead_bytes = sealed_overhead_bytes + wire::cookie_bytes;
static_assert(retry_datagram_bytes >= unproven_overhead_bytes);

FloodLimits limits_for(const crypto::NetworkParameters& network) {
  FloodLimits limits;
  limits.exempt_private = network.exempt_private_blocks;
  return limits;
}

}  // namespace

RequestServer::RequestServer(SecureSession& session, const ChannelEnvironment& environment, RpcCounters& counters)
    : session_(session),
      environment_(environment),
      counters_(counters),
      cookies_(environment.random, environment.timers.now()),
      guard_(limits_for(session.network()), environment.random.next()),
      alive_(std::make_shared<RequestServer*>(this)) {}

void RequestServer::serve(wire::MessageType type, RequestHandler handler) {
  P2PNS_ASSERT(!handler_of(type));
  handlers_.emplace_back(type, std::move(handler));
}

const RequestHandler* RequestServer::handler_of(wire::MessageType type) const {
  const auto found = std::ranges::find(handlers_, type, [](const auto& entry) { return entry.first; });
  return found == handlers_.end() ? nullptr : &found->second;
}

void RequestServer::on_hello(const Endpoint& from, const wire::Datagram& datagram, std::size_t datagram_bytes) {
  if (!guard_.admit_request(from, session_.now())) {
    ++counters_.dropped_over_limit;
  } else if (!wire::decode_hello(datagram.sealed)) {
    ++counters_.dropped_malformed;
  } else if (!introduction_holds(datagram.header)) {
    ++counters_.dropped_unauthentic;
  } else {
    send_retry({from, datagram, datagram_bytes, std::nullopt});
  }
}

void RequestServer::on_request(const Endpoint& from, const wire::Datagram& datagram, std::size_t datagram_bytes) {
  const wire::ClearHeader& header = datagram.header;
  if (!guard_.admit_request(from, session_.now()) || datagram_bytes < retry_datagram_bytes) {
    ++counters_.dropped_over_limit;
    return;
  }
  if (!handler_of(header.type)) {
    ++counters_.dropped_unexpected;
    return;
  }
  Peer* const known = session_.peers().find(header.sender);
  if (header.sender == session_.own_fingerprint() ||
      (known && header.introduction && header.introduction->key != known->node.key)) {
    ++counters_.dropped_unauthentic;
    return;
  }
  Arrival arrival{from, datagram, datagram_bytes, std::nullopt};
  if (header.cookie) arrival.cookie_baked_at = cookies_.baked_at(*header.cookie, from, header.sender, session_.now());
  if (!day_acceptable(arrival, known)) return send_retry(arrival);
  if (known) return on_known(arrival, *known);
  if (!header.introduction) return send_retry(arrival);
  if (introduction_holds(header)) return on_stranger(arrival);
  ++counters_.dropped_unauthentic;
}

bool RequestServer::introduction_holds(const wire::ClearHeader& header) const {
  const wire::Introduction& sender = *header.introduction;
  return wire::fingerprint_of(crypto::node_id_of(sender.key)) == header.sender &&
         crypto::puzzles_solved(sender.key, sender.puzzle, session_.network().puzzles);
}

bool RequestServer::day_acceptable(const Arrival& arrival, const Peer* known) const {
  const crypto::UtcDay day = arrival.datagram.header.day;
  return day_is_near(day, utc_day(session_.wall())) || (known && day_is_near(day, session_.day_of(*known)));
}

void RequestServer::on_known(const Arrival& arrival, Peer& peer) {
  const auto opened = open(arrival, peer);
  if (!opened) return;
  switch (judge(arrival, peer, *opened)) {
    case Verdict::retry:
      return send_retry(arrival);
    case Verdict::replayed:
      ++counters_.dropped_replayed;
      return;
    case Verdict::serve:
      accept(arrival, peer, *opened);
      return dispatch(arrival, peer, *opened);
  }
}

void RequestServer::on_stranger(const Arrival& arrival) {
  if (!arrival.cookie_baked_at && !guard_.admit_stranger(session_.now())) return send_retry(arrival);
  const wire::Introduction& sender = *arrival.datagram.header.introduction;
  const auto secret = session_.agree(sender.key);
  if (!secret) {
    ++counters_.dropped_unauthentic;
    return;
  }
  // The stranger enters the table once it has proven to hold the key and to be alive now, so that neither forgeries nor
  // replays can push anybody out.
  Peer stranger;
  stranger.node = wire::make_node_handle(sender.key, sender.puzzle, arrival.from);
  stranger.secret = *secret;
  const auto opened = open(arrival, stranger);
  if (!opened) return;
  if (judge(arrival, stranger, *opened) != Verdict::serve) return send_retry(arrival);
  Peer& peer = session_.peers().add(std::move(stranger));
  accept(arrival, peer, *opened);
  dispatch(arrival, peer, *opened);
}

std::optional<Opened> RequestServer::open(const Arrival& arrival, Peer& peer) {
  auto opened = session_.open(peer, arrival.datagram);
  if (!opened || opened->envelope().request != wire::request_id_of(arrival.datagram.nonce)) {
    ++counters_.dropped_unauthentic;
    return std::nullopt;
  }
  return std::move(*opened);
}

RequestServer::Verdict RequestServer::judge(const Arrival& arrival, Peer& peer, const Opened& opened) const {
  const std::uint32_t start_s = opened.envelope().start_s;
  const bool earlier_run = peer.replay.before_current_run(start_s);
  if (!cookie_vouches(arrival, peer, start_s)) {
    if (earlier_run || !timely(peer, opened.time())) return Verdict::retry;
  } else if (earlier_run) {
    peer.replay = {};  // the peer's clock went back at its restart
  }
  if (!peer.replay.accept(start_s, opened.envelope().counter)) return Verdict::replayed;
  // Without introduction there is no padding: the sender believes its address to be proven. It has moved, or its
  // cookie ran out.
  const bool proven = arrival.cookie_baked_at || peer.has_proven(arrival.from);
  return proven || arrival.datagram.header.introduction ? Verdict::serve : Verdict::retry;
}

bool RequestServer::cookie_vouches(const Arrival& arrival, const Peer& peer, std::uint32_t start_s) const {
  if (!arrival.cookie_baked_at) return false;
  if (peer.replay.start_s() == start_s) return true;  // the window knows what it has seen of this run
  // Of another run, or of a peer whose window is gone: what was sent after all that had been accepted then is new. Our
  // own restart needs no look, it lost the secrets of the cookies, too.
  const auto known_until = peer.replay.start_s() ? peer.last_request_at : session_.peers().windows_lost_at();
  return !known_until || *arrival.cookie_baked_at > *known_until;
}

bool RequestServer::timely(const Peer& peer, UnixTime message_time) const {
  // Once its offset is known, a peer's own clock counts: by ours, messages of a run with another clock could return.
  const UnixTime sent = message_time - peer.clock_offset.value_or(std::chrono::milliseconds{0});
  const UnixTime now = session_.wall();
  if (sent > now + message_age_maximum || sent < now - message_age_maximum) return false;
  return peer.replay.start_s() || sent >= session_.wall_at(session_.windows_complete_since());
}

void RequestServer::accept(const Arrival& arrival, Peer& peer, const Opened& opened) {
  peer.last_request_at = session_.now();
  if (arrival.cookie_baked_at) {
    peer.prove(arrival.from);
    wire::prefer_endpoint(peer.node, arrival.from);
    peer.clock_offset = opened.time() - session_.wall();
  }
  const auto& introduction = arrival.datagram.header.introduction;
  const bool solved_anew = introduction && introduction->puzzle != peer.node.puzzle;
  if (solved_anew && introduction_holds(arrival.datagram.header)) peer.node.puzzle = introduction->puzzle;
}

void RequestServer::dispatch(const Arrival& arrival, Peer& peer, const Opened& opened) {
  const wire::ClearHeader& header = arrival.datagram.header;
  ReturnAddress back{arrival.from, header.sender, opened.envelope().request, header.day, wire::body_maximum_bytes,
                     true};
  if (!peer.has_proven(arrival.from)) {
    back.proven = false;
    back.answer_maximum_bytes = std::min(arrival.bytes, wire::datagram_maximum_bytes) - unproven_overhead_bytes;
  }
  Request request{peer.node, back.proven, back.answer_maximum_bytes, opened.body()};
  wire::prefer_endpoint(request.from, arrival.from);
  ++counters_.requests_served;
  if (observer_ && back.proven) observer_->on_peer_seen(request.from);
  // The observer may have made calls: `peer` is not looked at any more.
  (*handler_of(header.type))(request, responder(back));
}

Responder RequestServer::responder(const ReturnAddress& back) {
  return [alive = std::weak_ptr<RequestServer*>{alive_}, back, answered = false](wire::MessageType type,
                                                                                 ByteVector body) mutable {
    P2PNS_ASSERT(!std::exchange(answered, true));
    if (const auto server = alive.lock()) (*server)->answer(back, type, std::move(body));
  };
}

void RequestServer::answer(const ReturnAddress& back, wire::MessageType type, ByteVector body) {
  Peer* const peer = session_.peers().find(back.peer);
  if (!peer || body.size() > back.answer_maximum_bytes) {
    ++counters_.dropped_over_limit;
    return;
  }
  const auto nonce = environment_.random.value<crypto::Nonce>();
  Outgoing message{type, back.day, nonce, back.request, body};
  if (!back.proven) message.cookie = cookies_.bake(back.to, back.peer, session_.now());
  session_.send(back.to, session_.seal(*peer, message));
}

void RequestServer::send_retry(const Arrival& arrival) {
  if (arrival.bytes < retry_datagram_bytes) {
    ++counters_.dropped_over_limit;
    return;
  }
  const wire::ClearHeader& asked = arrival.datagram.header;
  wire::Retry retry;
  retry.request = wire::request_id_of(arrival.datagram.nonce);
  retry.cookie = cookies_.bake(arrival.from, asked.sender, session_.now());
  retry.responder = session_.own_introduction();
  retry.time_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(session_.wall().time_since_epoch().count(), 0));
  ByteVector datagram =
      wire::encode_clear(session_.header(wire::MessageType::retry, asked.sender, utc_day(session_.wall())),
                         arrival.datagram.nonce);  // nothing is sealed with it: it saves drawing another
  const ByteVector body = wire::encode(retry);
  datagram.insert(datagram.end(), body.begin(), body.end());
  ++counters_.retries_sent;
  session_.send(arrival.from, datagram);
}

}  // namespace p2pns::rpc
