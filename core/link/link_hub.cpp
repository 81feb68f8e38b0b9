#include "core/link/link_hub.hpp"

#include <algorithm>

namespace p2pns::link {

LinkHub::LinkHub(TimerQueue& timers, Random& random, Dialer& dialer, const crypto::Identity& self,
                 int dynamic_puzzle_bits)
    : timers_(timers),
      dialer_(dialer),
      self_(self.node_id()),
      link_world_{
          timers, *this, counters_, received_bytes_, {self.puzzle(), random.value<RunId>()}, dynamic_puzzle_bits},
      peer_world_{{timers, *this, counters_, received_bytes_}, queued_bytes_, [this](const NodeId& to) {
                    return begin_dial(to);
                  }} {}

LinkHub::~LinkHub() { stop(); }

Result<void> LinkHub::listen(std::string_view protocol, Receiver receiver) {
  if (!is_protocol_name(protocol)) return Errc::malformed;
  if (receivers_.size() == protocols_maximum || receivers_.contains(protocol)) return Errc::overloaded;
  receivers_.emplace(protocol, std::move(receiver));
  return {};
}

void LinkHub::unlisten(std::string_view protocol) {
  const auto found = receivers_.find(protocol);
  if (found != receivers_.end()) receivers_.erase(found);
}

Peer& LinkHub::peer(const NodeId& id) {
  auto& peer = peers_[id];
  if (!peer) peer = std::make_unique<Peer>(peer_world_, id);
  return *peer;
}

Errc LinkHub::refusal_of(const NodeId& to, std::string_view protocol, std::size_t size_bytes) {
  if (!is_protocol_name(protocol)) return Errc::malformed;
  if (size_bytes > message_maximum_bytes) return Errc::too_large;
  if (stopped_) return Errc::not_reachable;
  const auto found = peers_.find(to);
  // Without an entry there is no link: one has to be opened.
  const bool room = found == peers_.end()
                        ? failed_lately(to) || to == self_ ||
                              (queued_bytes_ + size_bytes <= queued_maximum_bytes && dials_ < dials_maximum)
                        : found->second->has_room(protocol, size_bytes);
  if (room) return Errc::ok;
  ++counters_.send_overloaded;
  return Errc::overloaded;
}

Operation LinkHub::send(const NodeId& to, std::string_view protocol, ByteVector message,
                        Callback<void(Result<void>)> done) {
  auto [operation, completion] = start_operation<Result<void>>(std::move(done));
  const std::size_t size_bytes = message.size();
  if (const Errc refusal = refusal_of(to, protocol, size_bytes); refusal != Errc::ok) {
    timers_.post([completion = std::move(completion), refusal]() mutable { completion(refusal); });
    return std::move(operation);
  }
  OutgoingMessage outgoing{++last_message_id_, std::string{protocol}, std::move(message), size_bytes,
                           std::move(completion)};
  outgoing.limit = timers_.after(send_time_maximum, [this, to, id = outgoing.id] {
    if (const auto found = peers_.find(to); found != peers_.end()) found->second->expire(id);
  });
  if (to == self_)
    peer(to).loop_back(std::move(outgoing));
  else
    peer(to).send(std::move(outgoing));
  return std::move(operation);
}

std::shared_ptr<Link> LinkHub::attach(LinkStream& stream, const NodeId& peer, bool incoming, TimePoint hello_deadline) {
  if (stopped_ || !make_room(incoming)) return nullptr;
  auto link = std::make_shared<Link>(link_world_, stream, peer, incoming, hello_deadline);
  links_.emplace(link.get(), link);
  if (incoming) ++links_in_;
  return link;
}

bool LinkHub::make_room(bool incoming) {
  if (links(incoming) < (incoming ? links_in_maximum : links_out_maximum)) return true;
  Link* longest_idle = nullptr;
  for (const auto& [link, owner] : links_) {
    if (link->incoming() != incoming || !link->up() || !link->idle()) continue;
    if (!longest_idle || link->last_message_at() < longest_idle->last_message_at()) longest_idle = link;
  }
  if (!longest_idle) return false;
  longest_idle->end(EndReason::evicted);
  return true;
}

bool LinkHub::begin_dial(const NodeId& to) {
  if (stopped_ || dials_ >= dials_maximum || failed_lately(to)) {
    forget_later(to);
    return false;
  }
  ++dials_;
  dialer_.dial(to);
  return true;
}

bool LinkHub::failed_lately(const NodeId& to) const {
  const auto failed = redial_after_.find(to);
  return failed != redial_after_.end() && timers_.now() < failed->second;
}

void LinkHub::remember_failure(const NodeId& to) {
  const TimePoint now = timers_.now();
  if (redial_after_.size() >= failed_dials_maximum)
    std::erase_if(redial_after_, [now](const auto& entry) { return entry.second <= now; });
  if (redial_after_.size() >= failed_dials_maximum) redial_after_.clear();
  redial_after_[to] = now + redial_pause;
}

void LinkHub::on_dial_failed(const NodeId& to) {
  --dials_;
  remember_failure(to);
  peer(to).on_dial_failed();
  forget_later(to);
}

void LinkHub::on_up(Link& link) {
  ++(link.incoming() ? counters_.opened_in : counters_.opened_out);
  if (!link.incoming()) --dials_;
  redial_after_.erase(link.peer());
  peer(link.peer()).on_up(links_.at(&link));
}

bool LinkHub::takes(std::string_view protocol) { return receivers_.contains(protocol); }

void LinkHub::on_message(Link& link, IncomingMessage message) {
  Lane& lane = peer(link.peer()).lane(message.protocol);
  if (message.id <= lane.last_id) {
    ++counters_.late;
    return link.answer(message.id, Errc::timed_out);
  }
  lane.last_id = message.id;
  AnswerTo answer = [weak = std::weak_ptr(links_.at(&link)), id = message.id](Result<void> outcome) {
    const auto alive = weak.lock();
    if (alive) alive->answer(id, outcome ? Errc::ok : outcome_of(status_of(outcome.error())));
  };
  lane.push(std::move(message.bytes), std::move(answer), &link);
}

void LinkHub::on_answered(Link& link, OutgoingMessage message, Errc outcome) {
  peer(link.peer()).on_answered(std::move(message), outcome);
}

void LinkHub::on_down(Link& link, EndReason) {
  const auto node = links_.extract(&link);
  if (link.incoming()) --links_in_;
  timers_.post([keep = node.mapped()] {});  // it is inside a call of its own
  const auto found = peers_.find(link.peer());
  if (found == peers_.end()) return;
  found->second->on_down(link);
  forget_later(link.peer());
}

bool LinkHub::deliver(const NodeId& from, const std::string& protocol, ByteVector message, AnswerTo done,
                      Errc& refusal) {
  const auto found = receivers_.find(protocol);
  if (found == receivers_.end()) {
    ++counters_.unsupported;
    refusal = Errc::unsupported;
    return false;
  }
  std::size_t& same = receiving_of_[protocol];
  if (receiving_ == receiving_maximum || same == receiving_per_protocol_maximum) {
    ++counters_.received_overloaded;
    refusal = Errc::overloaded;
    return false;
  }
  ++receiving_;
  ++same;
  ++counters_.messages_received;
  const Receiver receiver = found->second;  // it may end while it takes this
  receiver(from, std::move(message), std::move(done));
  return true;
}

void LinkHub::receiver_ended(const NodeId& from, const std::string& protocol) {
  --receiving_;
  if (const auto same = receiving_of_.find(protocol); --same->second == 0) receiving_of_.erase(same);
  forget_later(from);
}

void LinkHub::forget_later(const NodeId& id) {
  timers_.post([this, id] {
    const auto found = peers_.find(id);
    if (found != peers_.end() && found->second->forgettable()) peers_.erase(found);
  });
}

void LinkHub::end_all() {
  std::vector<std::shared_ptr<Link>> all;
  for (const auto& [link, owner] : links_) all.push_back(owner);
  for (const auto& link : all) link->end(EndReason::stopped);
}

void LinkHub::stop() {
  stopped_ = true;
  receivers_.clear();
  end_all();
  for (const auto& [id, peer] : peers_) peer->stop();
}

}  // namespace p2pns::link
