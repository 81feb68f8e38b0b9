#include "core/link/peer.hpp"

#include <algorithm>

namespace p2pns::link {

bool Peer::has_room(std::string_view protocol, std::size_t size_bytes) const {
  if (world_.queued_bytes + size_bytes > queued_maximum_bytes) return false;
  const auto usage = std::ranges::find(usage_, protocol, &Usage::protocol);
  if (usage == usage_.end()) return usage_.size() < protocols_maximum;
  return usage->messages < queue_maximum_messages && usage->bytes + size_bytes <= queue_maximum_bytes;
}

Peer::Usage& Peer::usage_of(std::string_view protocol) {
  const auto usage = std::ranges::find(usage_, protocol, &Usage::protocol);
  if (usage != usage_.end()) return *usage;
  usage_.push_back({std::string{protocol}});
  return usage_.back();
}

void Peer::account(const OutgoingMessage& message) {
  Usage& usage = usage_of(message.protocol);
  ++usage.messages;
  usage.bytes += message.size_bytes;
  world_.queued_bytes += message.size_bytes;
}

void Peer::loop_back(OutgoingMessage message) {
  account(message);
  Lane& lane_of_it = lane(message.protocol);
  ByteVector bytes = std::move(message.bytes);
  AnswerTo answer = [this, message = std::move(message)](Result<void> outcome) mutable { settle(message, outcome); };
  lane_of_it.push(std::move(bytes), std::move(answer), nullptr);
}

void Peer::send(OutgoingMessage message) {
  account(message);
  waiting_.push_back(std::move(message));
  pump();
}

void Peer::settle(OutgoingMessage& message, Result<void> outcome) {
  if (std::exchange(message.settled, true)) return;
  message.limit.cancel();
  Usage& usage = usage_of(message.protocol);
  --usage.messages;
  usage.bytes -= message.size_bytes;
  world_.queued_bytes -= message.size_bytes;
  LinkCounters& counters = world_.lanes.counters;
  if (outcome) ++counters.messages_taken;
  if (!outcome && outcome.error() == make_error_code(Errc::not_reachable)) ++counters.send_not_reachable;
  if (!outcome && outcome.error() == make_error_code(Errc::timed_out)) ++counters.send_timed_out;
  // Queued: it may send again, or end whatever stands above us.
  world_.lanes.timers.post([done = std::move(message.done), outcome]() mutable { done(outcome); });
}

void Peer::expire(std::uint64_t id) {
  const auto waiting = std::ranges::find(waiting_, id, &OutgoingMessage::id);
  if (waiting != waiting_.end()) {
    OutgoingMessage message = std::move(*waiting);
    waiting_.erase(waiting);
    return settle(message, Errc::timed_out);
  }
  for (const auto& link : links_) {
    if (auto message = link->outbox().take_waiting(id)) return settle(*message, Errc::timed_out);
    if (OutgoingMessage* const message = link->outbox().find_begun(id)) return settle(*message, Errc::timed_out);
  }
}

Link* Peer::usable() const {
  const auto found = std::ranges::find_if(links_, [](const auto& link) { return link->up() && !link->closing(); });
  return found == links_.end() ? nullptr : found->get();
}

bool Peer::waits_for_answers(const Link* other_than) const {
  return std::ranges::any_of(
      links_, [&](const auto& link) { return link.get() != other_than && link->outbox().unacknowledged() > 0; });
}

void Peer::pump() {
  if (waiting_.empty()) return;
  Link* const link = usable();
  // A link that closes is emptied first: what is sent now must not overtake what is on its way there.
  if (waits_for_answers(link)) return;
  if (!link) {
    if (!dialling_) dialling_ = world_.begin_dial(id_);
    if (!dialling_) fail_waiting();
    return;
  }
  for (OutgoingMessage& message : std::exchange(waiting_, {})) link->send(std::move(message));
}

void Peer::on_up(const std::shared_ptr<Link>& link) {
  // Whoever opens a second link has given the first one up; and a program that was started anew has none.
  const auto older_links = links_;
  links_.push_back(link);
  for (const auto& older : older_links) {
    const bool other_run = older->run() != link->run();
    if (other_run || older->incoming() == link->incoming()) older->end(EndReason::replaced);
  }
  // Ids begin anew with each run, and the links of the former one may be gone for long.
  if (std::exchange(run_, link->run()) != link->run())
    for (const auto& each : lanes_) each->last_id = 0;
  if (!link->incoming()) dialling_ = false;
  pump();
}

void Peer::on_answered(OutgoingMessage message, Errc outcome) {
  settle(message, outcome == Errc::ok ? Result<void>{} : Result<void>{outcome});
  pump();
}

void Peer::on_down(Link& link) {
  const auto found = std::ranges::find(links_, &link, &std::shared_ptr<Link>::get);
  if (found == links_.end()) return;
  const auto keep = *found;
  links_.erase(found);
  for (const auto& each : lanes_) each->drop(&link);
  for (OutgoingMessage& message : link.outbox().take_all_begun()) settle(message, Errc::not_reachable);
  // What was not begun cannot have arrived: it may try one link more.
  std::deque<OutgoingMessage> again;
  for (OutgoingMessage& message : link.outbox().take_all_waiting()) {
    if (std::exchange(message.requeued, true))
      settle(message, Errc::not_reachable);
    else
      again.push_back(std::move(message));
  }
  waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
  pump();
}

void Peer::on_dial_failed() {
  dialling_ = false;
  if (!usable() && !waits_for_answers(nullptr)) return fail_waiting();
  pump();
}

void Peer::stop() {
  fail_waiting();
  for (const auto& each : lanes_) each->stop();
}

void Peer::fail_waiting() {
  for (OutgoingMessage& message : std::exchange(waiting_, {})) settle(message, Errc::not_reachable);
}

Lane& Peer::lane(std::string_view protocol) {
  const auto found =
      std::ranges::find(lanes_, protocol, [](const auto& each) -> const std::string& { return each->protocol(); });
  if (found != lanes_.end()) return **found;
  lanes_.push_back(std::make_shared<Lane>(world_.lanes, id_, std::string{protocol}));
  return *lanes_.back();
}

bool Peer::forgettable() const {
  return links_.empty() && waiting_.empty() && !dialling_ &&
         std::ranges::none_of(lanes_, [](const auto& each) { return each->busy(); });
}

}  // namespace p2pns::link
