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
      failed_(failed_probe_memory, probe_memory_maximum),
      unjoined_(unjoined_memory, probe_memory_maximum),
      sibling_tokens_{sibling_probes_burst, context.timers.now()},
      bucket_tokens_{bucket_probes_burst, context.timers.now()} {}

bool Prober::wanted(const NodeHandle& node) const {
  if (node.id == context_.self || node.endpoints.empty()) return false;
  const Contact* const known = context_.contacts.find(node.id);
  return known ? known->node.endpoints.front() != node.endpoints.front() : context_.contacts.would_accept(node);
}

bool Prober::for_siblings(const NodeHandle& node) const { return context_.contacts.siblings().would_enter(node); }

std::optional<TimePoint> Prober::admit(bool siblings, TimePoint now) {
  const auto for_buckets = [](const auto& probe) { return !probe.second.for_siblings; };
  const auto buckets = static_cast<std::size_t>(std::ranges::count_if(under_way_, for_buckets));
  if (!siblings && buckets >= bucket_probes_at_once_maximum) return std::nullopt;
  const bool admitted = siblings ? sibling_tokens_.take(probes_per_second, sibling_probes_burst, now)
                                 : bucket_tokens_.take(probes_per_second, bucket_probes_burst, now);
  return admitted ? now : now + token_interval;
}

void Prober::offer(const NodeHandle& node, Urgency urgency) {
  const TimePoint now = context_.timers.now();
  if (!wanted(node)) return;
  if (const auto probe = under_way_.find(node.id); probe != under_way_.end()) {
    if (urgency == Urgency::announced) probe->second.announced_meanwhile = node;
    return;
  }
  if (urgency != Urgency::announced) {
    if (context_.contacts.find(node.id)) return;  // somebody else's word about its address
    if (now < not_before(node.id) || unjoined_.remembers(node.id, now)) return;
  }
  queue_.offer(node, now + (urgency == Urgency::later ? asker_delay : Duration{0}));
  pump();
}

bool Prober::settled() const {
  const auto concerns_siblings = [](const auto& probe) { return probe.second.for_siblings; };
  if (std::ranges::any_of(under_way_, concerns_siblings)) return false;
  return !queue_.any_due(context_.timers.now(), [this](const NodeHandle& node) { return for_siblings(node); });
}

void Prober::pump() {
  const TimePoint now = context_.timers.now();
  while (under_way_.size() < probes_at_once_maximum) {
    const NodeHandle* const next = queue_.nearest_due(now);
    if (!next) return arm(queue_.next_due());
    if (!wanted(*next)) {
      queue_.take(now);
      continue;
    }
    if (const auto start = admit(for_siblings(*next), now); start != now) return arm(start);
    probe(*queue_.take(now));
  }
}

void Prober::arm(std::optional<TimePoint> at) {
  if (!at) return timer_.cancel();
  timer_ = context_.timers.at(*at, [this] {
    pump();
    tell_if_settled();  // what waited may not be wanted any more
  });
}

void Prober::tell_if_settled() {
  if (settled() && on_settled_) on_settled_();
}

void Prober::probe(NodeHandle node) {
  // Only the address in question: an answer from another one would prove nothing new.
  node.endpoints.resize(1);
  Probe& started = under_way_[node.id];
  started.for_siblings = for_siblings(node);
  started.call = context_.channel.call(
      node, wire::MessageType::ping, wire::encode(wire::Ping{context_.routing.joined()}), pong_bytes_maximum,
      [this, node](Result<rpc::Answer> answer) { on_probe_ended(node, std::move(answer)); });
}

void Prober::on_probe_ended(const NodeHandle& node, Result<rpc::Answer> answer) {
  const auto probe = under_way_.extract(node.id);
  on_answer(node, std::move(answer));
  if (const auto& announced = probe.mapped().announced_meanwhile) offer(*announced, Urgency::announced);
  pump();
  tell_if_settled();
}

TimePoint Prober::not_before(const NodeId& id) const {
  const auto failed = failed_.find(id, context_.timers.now());
  if (!failed) return {};
  Duration pause = probe_retry_first;
  for (int i = 1; i < failed->times && pause < probe_retry_maximum; ++i) pause *= probe_retry_growth;
  return failed->last + std::min(pause, probe_retry_maximum);
}

void Prober::on_failure(const NodeHandle& node) {
  const auto memory = failed_.remember(node.id, context_.timers.now());
  if (memory.times <= probe_retries) queue_.offer(node, not_before(node.id));
}

void Prober::on_answer(const NodeHandle& node, Result<rpc::Answer> answer) {
  const TimePoint now = context_.timers.now();
  const auto pong = answer ? read_pong(context_, *answer) : Result<wire::Pong>{answer.error()};
  if (!pong) {
    on_failure(node);
  } else if (!pong->joined) {
    unjoined_.remember(node.id, now);
  } else {
    failed_.forget(node.id);
    unjoined_.forget(node.id);
    context_.contacts.add(answer->from, answer->round_trip, now);
    if (answer->address_unproven && context_.routing.joined()) greet(answer->from);
  }
}

// Its siblings may be looking for us as we did for it. A node that joins needs no such greeting: it announces itself.
void Prober::greet(const NodeHandle& node) {
  context_.channel
      .call(node, wire::MessageType::ping, wire::encode(wire::Ping{true}), pong_bytes_maximum,
            [](Result<rpc::Answer>) {})
      .detach();
}

}  // namespace p2pns::kbr
