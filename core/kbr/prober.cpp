#include "core/kbr/prober.hpp"

#include <algorithm>

namespace p2pns::kbr {
namespace {

constexpr Duration token_interval =
    std::chrono::duration_cast<Duration>(std::chrono::duration<double>{1 / probes_per_second});

}  // namespace

Prober::Prober(MaintenanceContext& context)
    : context_(context),
      queue_(context.self),
      failed_once_(failed_probe_memory, probe_memory_maximum),
      failed_(failed_probe_memory, probe_memory_maximum),
      unjoined_(unjoined_memory, probe_memory_maximum),
      tokens_{probes_burst, context.timers.now()} {}

bool Prober::wanted(const NodeHandle& node) const {
  if (node.id == context_.self || node.endpoints.empty()) return false;
  const Contact* const known = context_.contacts.find(node.id);
  return known ? known->node.endpoints.front() != node.endpoints.front() : context_.contacts.would_accept(node);
}

void Prober::offer(const NodeHandle& node, Urgency urgency) {
  const TimePoint now = context_.timers.now();
  if (!wanted(node) || under_way_.contains(node.id)) return;
  if (urgency != Urgency::announced) {
    if (context_.contacts.find(node.id)) return;  // somebody else's word about its address
    if (failed_.remembers(node.id, now) || unjoined_.remembers(node.id, now)) return;
  }
  queue_.offer(node, now + (urgency == Urgency::later ? asker_delay : Duration{0}));
  pump();
}

bool Prober::settled() const {
  const auto due = queue_.next_due();
  return under_way_.empty() && (!due || *due > context_.timers.now());
}

void Prober::pump() {
  const TimePoint now = context_.timers.now();
  while (under_way_.size() < probes_at_once_maximum) {
    const auto due = queue_.next_due();
    if (!due) return timer_.cancel();
    if (*due > now) {
      timer_ = context_.timers.at(*due, [this] { pump(); });
      return;
    }
    if (!tokens_.take(probes_per_second, probes_burst, now)) {
      timer_ = context_.timers.after(token_interval, [this] { pump(); });
      return;
    }
    if (auto candidate = queue_.take(now); wanted(*candidate)) probe(std::move(*candidate));
  }
}

void Prober::probe(NodeHandle node) {
  // Only the address in question: an answer from another one would prove nothing new.
  node.endpoints.resize(1);
  under_way_[node.id] =
      context_.channel.call(node, wire::MessageType::ping, wire::encode(wire::Ping{context_.routing.joined()}),
                            pong_bytes_maximum, [this, node](Result<rpc::Answer> answer) {
                              under_way_.erase(node.id);
                              on_answer(node, std::move(answer));
                            });
}

void Prober::on_failure(const NodeHandle& node) {
  const TimePoint now = context_.timers.now();
  if (failed_once_.remembers(node.id, now)) return failed_.remember(node.id, now);
  failed_once_.remember(node.id, now);
  queue_.offer(node, now + probe_retry_after);
}

void Prober::on_answer(const NodeHandle& node, Result<rpc::Answer> answer) {
  const TimePoint now = context_.timers.now();
  const auto pong = answer ? wire::decode_pong(answer->body) : Result<wire::Pong>{answer.error()};
  if (!pong) {
    on_failure(node);
  } else if (!pong->joined) {
    unjoined_.remember(node.id, now);
  } else {
    failed_once_.forget(node.id);
    failed_.forget(node.id);
    unjoined_.forget(node.id);
    context_.contacts.add(answer->from, answer->round_trip, now);
  }
  pump();
  if (settled() && on_settled_) on_settled_();
}

}  // namespace p2pns::kbr
