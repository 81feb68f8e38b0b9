#include "core/rpc/call_table.hpp"

#include <algorithm>

namespace p2pns::rpc {
namespace {

// The body that makes a request as large as the datagram of the wanted answer. An answer to an address that is not
// proven carries a cookie; introduction and cookie of the request take their room out of the padding.
std::size_t padded_body_bytes(const Outgoing& request, std::size_t answer_bytes) {
  const std::size_t in_front =
      (request.introduce ? wire::introduction_bytes : 0) + (request.cookie ? wire::cookie_bytes : 0);
  if (!request.introduce) return wire::request_body_minimum_bytes;
  const std::size_t answer = std::min(answer_bytes, wire::body_maximum_bytes) + wire::cookie_bytes;
  const std::size_t wanted = std::min(answer, wire::body_maximum_bytes);
  return std::max(wanted, wire::request_body_minimum_bytes + in_front) - in_front;
}

}  // namespace

CallTable::CallTable(SecureSession& session, const ChannelEnvironment& environment, RpcCounters& counters)
    : session_(session), environment_(environment), counters_(counters) {}

CallTable::~CallTable() {
  for (Call& call : calls_) call.completion.on_cancel(nullptr);  // the consumer's handle may outlive this table
}

Operation CallTable::call(const wire::NodeHandle& to, wire::MessageType type, ByteVector body, std::size_t answer_bytes,
                          Callback<void(Result<Answer>)> completion) {
  P2PNS_ASSERT(to.id != session_.identity().node_id());
  if (to.endpoints.empty()) return fail_later(Errc::not_reachable, std::move(completion));
  if (body.size() > wire::introduced_body_maximum_bytes) return fail_later(Errc::too_large, std::move(completion));
  if (calls_.size() >= pending_calls_maximum) return fail_later(Errc::overloaded, std::move(completion));
  if (!session_.peer_for(to)) return fail_later(Errc::bad_key, std::move(completion));
  Call call;
  call.to = to;
  call.type = type;
  call.body = std::move(body);
  call.answer_bytes = answer_bytes;
  return begin(std::move(call), std::move(completion));
}

Operation CallTable::call_address(const Endpoint& to, wire::MessageType type, ByteVector body, std::size_t answer_bytes,
                                  Callback<void(Result<Answer>)> completion) {
  if (body.size() > wire::introduced_body_maximum_bytes) return fail_later(Errc::too_large, std::move(completion));
  if (calls_.size() >= pending_calls_maximum) return fail_later(Errc::overloaded, std::move(completion));
  Call call;
  call.to.endpoints.push_back(to);
  call.key_known = false;
  call.type = type;
  call.body = std::move(body);
  call.answer_bytes = answer_bytes;
  return begin(std::move(call), std::move(completion));
}

Operation CallTable::fail_later(Errc error, Callback<void(Result<Answer>)> callback) {
  auto [operation, completion] = start_operation<Result<Answer>>(std::move(callback));
  environment_.timers.post([error, completion = std::move(completion)]() mutable { completion(error); });
  return std::move(operation);
}

Operation CallTable::begin(Call started, Callback<void(Result<Answer>)> callback) {
  auto [operation, completion] = start_operation<Result<Answer>>(std::move(callback));
  const auto call = calls_.insert(calls_.end(), std::move(started));
  completion.on_cancel([this, call] { remove(call); });
  call->completion = std::move(completion);
  start_address(*call);
  transmit(call);
  return std::move(operation);
}

void CallTable::start_address(Call& call) {
  const Peer* const peer = call.key_known ? session_.peers().find(wire::fingerprint_of(call.to.id)) : nullptr;
  const Duration fallback = typical_.time_out();
  call.time_out = peer ? peer->round_trip.time_out(fallback) : fallback;
  call.tries = 0;
}

void CallTable::transmit(Calls::iterator call) {
  const auto nonce = environment_.random.value<crypto::Nonce>();
  const auto datagram = call->key_known ? encode(*call, nonce) : Result<ByteVector>{encode_hello(nonce)};
  if (datagram) {
    const wire::RequestId id = wire::request_id_of(nonce);
    const Endpoint& to = call->to.endpoints[call->endpoint];
    call->transmissions.push_back({id, to, session_.now()});
    by_request_.emplace(id, call);
    ++counters_.requests_sent;
    session_.send(to, *datagram);
  }  // otherwise the peer was forgotten and its place is taken by another key: as if it did not answer
  call->timer = environment_.timers.after(call->time_out, [this, call] { on_time_out(call); });
}

Result<ByteVector> CallTable::encode(Call& call, const crypto::Nonce& nonce) {
  const auto peer = session_.peer_for(call.to);
  if (!peer) return peer.error();
  Outgoing request{call.type, session_.day_of(**peer), nonce, wire::request_id_of(nonce), call.body};
  if (call.clock_offset) request.day = utc_day(session_.wall() + *call.clock_offset);
  request.introduce = call.introduce || !(*peer)->knows_us;
  request.cookie = (*peer)->cookie;
  request.padded_body_bytes = padded_body_bytes(request, call.answer_bytes);
  return session_.seal(**peer, request);
}

ByteVector CallTable::encode_hello(const crypto::Nonce& nonce) const {
  wire::ClearHeader header = session_.header(wire::MessageType::hello, {}, utc_day(session_.wall()));
  header.introduction = session_.own_introduction();
  ByteVector hello = wire::encode_clear(header, nonce);
  const ByteVector body = wire::encode(wire::Hello{});
  hello.insert(hello.end(), body.begin(), body.end());
  return hello;
}

void CallTable::on_time_out(Calls::iterator call) {
  if (++call->tries < transmissions_per_address) {
    call->time_out = std::min(2 * call->time_out, time_out_ceiling);
  } else if (++call->endpoint < call->to.endpoints.size()) {
    start_address(*call);
  } else {
    return give_up(call);
  }
  ++counters_.retransmissions;
  transmit(call);
}

void CallTable::give_up(Calls::iterator call) {
  ++counters_.time_outs;
  const bool key_known = call->key_known;
  const NodeId id = call->to.id;
  remember_late(*call);
  auto completion = remove(call);
  if (key_known && observer_) observer_->on_peer_silent(id);
  completion(Errc::timed_out);
}

Completion<Result<Answer>> CallTable::remove(Calls::iterator call) {
  for (const Transmission& transmission : call->transmissions) by_request_.erase(transmission.id);
  auto completion = std::move(call->completion);
  completion.on_cancel(nullptr);
  calls_.erase(call);
  return completion;
}

std::optional<CallTable::Match> CallTable::find(const wire::RequestId& id, const Endpoint& from) {
  const auto found = by_request_.find(id);
  if (found == by_request_.end()) return std::nullopt;
  auto& transmissions = found->second->transmissions;
  const auto sent = std::ranges::find(transmissions, id, &Transmission::id);
  if (sent == transmissions.end() || sent->to != from) return std::nullopt;
  return Match{found->second, &*sent};
}

void CallTable::on_answer(const Endpoint& from, const wire::Datagram& datagram) {
  Peer* const peer = session_.peers().find(datagram.header.sender);
  if (!peer) {
    ++counters_.dropped_unexpected;
    return;
  }
  auto opened = session_.open(*peer, datagram);
  if (!opened) {
    ++counters_.dropped_unauthentic;
    return;
  }
  const auto match = find(opened->envelope().request, from);
  if (!match || match->call->to.key != peer->node.key) return on_unexpected(*peer, from, datagram.header, *opened);
  const Duration round_trip = session_.now() - match->transmission->sent_at;
  ++counters_.answers_received;
  learn(*peer, from, datagram.header, *opened, round_trip);
  wire::prefer_endpoint(match->call->to, from);
  Answer answer{match->call->to, datagram.header.type, std::move(*opened).take_body(), round_trip,
                datagram.header.cookie.has_value()};
  auto completion = remove(match->call);
  if (observer_) observer_->on_peer_answered(answer.from, round_trip);
  completion(std::move(answer));
}

void CallTable::on_unexpected(Peer& peer, const Endpoint& from, const wire::ClearHeader& header, const Opened& opened) {
  const auto round_trip = take_late(opened.envelope().request, from);
  if (!round_trip) {
    ++counters_.dropped_unexpected;
    return;
  }
  ++counters_.answers_late;
  learn(peer, from, header, opened, *round_trip);
  const wire::NodeHandle node = peer.node;
  if (observer_) observer_->on_peer_answered(node, *round_trip);
}

void CallTable::remember_late(const Call& call) {
  for (const Transmission& transmission : call.transmissions) {
    if (late_.size() == late_transmissions_maximum) late_.pop_front();
    late_.push_back(transmission);
  }
}

std::optional<Duration> CallTable::take_late(const wire::RequestId& id, const Endpoint& from) {
  while (!late_.empty() && session_.now() - late_.front().sent_at > late_answer_maximum) late_.pop_front();
  const auto sent = std::ranges::find(late_, id, &Transmission::id);
  if (sent == late_.end() || sent->to != from) return std::nullopt;
  const Duration round_trip = session_.now() - sent->sent_at;
  late_.erase(sent);
  return round_trip;
}

void CallTable::learn(Peer& peer, const Endpoint& from, const wire::ClearHeader& header, const Opened& opened,
                      Duration round_trip) {
  peer.knows_us = true;
  peer.cookie = header.cookie;  // with one: our address is not proven to the peer yet; without: it is
  peer.prove(from);
  wire::prefer_endpoint(peer.node, from);
  const auto one_way = std::chrono::duration_cast<std::chrono::milliseconds>(round_trip / 2);
  peer.clock_offset = opened.time() + one_way - session_.wall();
  peer.round_trip.add(round_trip);
  typical_.add(round_trip);
}

void CallTable::on_retry(const Endpoint& from, const wire::Datagram& datagram) {
  const auto retry = wire::decode_retry(datagram.sealed);
  if (!retry || retry->time_ms > message_time_maximum_ms) {
    ++counters_.dropped_malformed;
    return;
  }
  const auto match = find(retry->request, from);
  if (!match || match->transmission->retry_seen || match->call->retries >= retries_per_call_maximum) {
    ++counters_.dropped_unexpected;
    return;
  }
  const bool other_key = match->call->key_known && retry->responder.key != match->call->to.key;
  const NodeId responder = crypto::node_id_of(retry->responder.key);
  if (other_key || wire::fingerprint_of(responder) != datagram.header.sender) {
    ++counters_.dropped_unauthentic;
    return;
  }
  match->transmission->retry_seen = true;
  ++match->call->retries;
  follow_retry(match->call, *retry);
}

void CallTable::follow_retry(Calls::iterator call, const wire::Retry& retry) {
  if (!call->key_known) {
    const wire::Introduction& responder = retry.responder;
    const bool ourselves = responder.key == session_.identity().public_key();
    if (!ourselves && !crypto::puzzles_solved(responder.key, responder.puzzle, session_.network().puzzles))
      return remove(call)(Errc::puzzle_unsolved);
    const auto node = wire::make_node_handle(responder.key, responder.puzzle, call->to.endpoints.front());
    if (ourselves || !session_.peer_for(node)) return remove(call)(Errc::bad_key);
    call->to = node;
    call->key_known = true;
    start_address(*call);
  }
  if (const auto peer = session_.peer_for(call->to)) (*peer)->cookie = retry.cookie;
  call->clock_offset = UnixTime{std::chrono::milliseconds{retry.time_ms}} - session_.wall();
  call->introduce = true;
  transmit(call);
}

}  // namespace p2pns::rpc
