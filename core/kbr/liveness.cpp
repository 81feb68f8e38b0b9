#include "core/kbr/liveness.hpp"

#include <algorithm>

namespace p2pns::kbr {
namespace {

// The same node is always a bit early or late, different ones differently: nodes that started together drift apart.
Duration jittered(Duration interval, const NodeId& id) {
  constexpr int low_percent = 85;
  constexpr int spread_percent = 30;
  const int draw = std::to_integer<int>(id.value.back());
  return interval * (low_percent * 255 + spread_percent * draw) / (100 * 255);
}

}  // namespace

bool name_contacts(const rpc::Answer& answer, const crypto::PuzzleDifficulty& puzzles, LookupObserver& observer) {
  if (answer.type != wire::MessageType::nodes) return false;
  const auto nodes = wire::decode_nodes(answer.body, puzzles);
  if (!nodes) return false;
  for (const NodeHandle& node : nodes->contacts) observer.on_node_named(node);
  return true;
}

TimePoint Liveness::check_due(const Contact& contact, std::size_t rank) {
  const TimePoint again = contact.last_check + check_again_after;
  if (contact.suspect()) return again;
  const Duration interval = rank < siblings_per_key ? near_sibling_interval : far_sibling_interval;
  return std::max(contact.last_answer + jittered(interval, contact.node.id), again);
}

void Liveness::arm() {
  started_ = true;
  std::optional<TimePoint> next;
  std::size_t rank = 0;
  context_.contacts.for_each([&](const Contact& contact) {
    const bool sibling = rank < context_.contacts.siblings().size();
    const std::size_t own_rank = rank++;
    if ((!sibling && !contact.suspect()) || under_way_.contains(contact.node.id)) return;
    const TimePoint due = check_due(contact, own_rank);
    next = next ? std::min(*next, due) : due;
  });
  if (!next) next = context_.timers.now() + near_sibling_interval;
  timer_ = context_.timers.at(*next, [this] { check_due_contacts(); });
}

void Liveness::on_suspect(const NodeId& id) {
  const Contact* const contact = context_.contacts.find(id);
  if (!started_ || !contact || under_way_.contains(id)) return;
  arm();
}

void Liveness::check_due_contacts() {
  const TimePoint now = context_.timers.now();
  std::vector<std::pair<const Contact*, bool>> due;
  std::size_t rank = 0;
  context_.contacts.for_each([&](const Contact& contact) {
    const bool sibling = rank < context_.contacts.siblings().size();
    const std::size_t own_rank = rank++;
    if ((sibling || contact.suspect()) && check_due(contact, own_rank) <= now && !under_way_.contains(contact.node.id))
      due.emplace_back(&contact, own_rank < siblings_per_key);
  });
  for (const auto& [contact, near] : due) {
    if (under_way_.size() >= checks_at_once_maximum) return;  // the next answer goes on
    check(*contact, near);
  }
  arm();
}

void Liveness::check(const Contact& contact, bool near) {
  const NodeHandle node = contact.node;
  const int silences = contact.silences;
  context_.contacts.note_check(node.id, context_.timers.now());
  const bool exchange = near && context_.routing.joined() && context_.random.below(exchange_every) == 0;
  LookupRequest request = exchange
                              ? find_node_request(context_.self, siblings_per_key)
                              : LookupRequest{wire::MessageType::ping,
                                              wire::encode(wire::Ping{context_.routing.joined()}), pong_bytes_maximum};
  under_way_[node.id] = context_.channel.call(node, request.type, std::move(request.body), request.answer_bytes,
                                              [this, id = node.id, silences](Result<rpc::Answer> answer) {
                                                on_answer(NodeId{id}, silences, std::move(answer));
                                              });
}

bool Liveness::still_serves(const rpc::Answer& answer) {
  if (answer.type == wire::MessageType::pong) {
    const auto pong = read_pong(context_, answer);
    return pong && pong->joined;
  }
  return name_contacts(answer, context_.puzzles, observer_);
}

void Liveness::on_answer(const NodeId& id, int silences_before, Result<rpc::Answer> answer) {
  under_way_.erase(id);
  const Contact* const contact = context_.contacts.find(id);
  const bool heard_meanwhile = contact && contact->last_answer >= contact->last_check;
  if (answer ? !still_serves(*answer) : !heard_meanwhile) context_.contacts.miss_check(id, silences_before);
  arm();
}

}  // namespace p2pns::kbr
