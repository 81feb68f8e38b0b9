#include "core/kbr/lookup.hpp"

#include <algorithm>
#include <functional>

namespace p2pns::kbr {
namespace {

/// Key, puzzle, form and one address of each family: what a contact takes at most (core/wire/node_handle.hpp).
constexpr std::size_t contact_bytes_maximum = 32 + 8 + 1 + 6 + 18;
constexpr std::size_t nodes_overhead_bytes = 8;
/// A peer's round trip varies; twice its mean is late. Of a peer never measured, three medians of all others.
constexpr int hedge_round_trips = 2;
constexpr int hedge_medians = 3;
constexpr Duration hedge_minimum = std::chrono::milliseconds{5};

LookupRequest target_request(const LookupEnvironment& environment, const LookupOptions& options) {
  if (options.request) return *options.request;
  return {wire::MessageType::ping, wire::encode(wire::Ping{environment.counts_itself}), 64};
}

}  // namespace

LookupRequest find_node_request(const Key& target, std::size_t contacts_wanted) {
  const wire::FindNode body{target, static_cast<std::uint8_t>(contacts_wanted)};
  const std::size_t answer = nodes_overhead_bytes + contacts_wanted * contact_bytes_maximum;
  return {wire::MessageType::find_node, wire::encode(body), std::min(answer, wire::body_maximum_bytes)};
}

Duration hedge_delay(const LookupEnvironment& environment, const NodeId& id) {
  const Contact* const known = environment.contacts.find(id);
  const auto smoothed = known ? known->round_trip.smoothed() : std::nullopt;
  if (smoothed) return std::max(hedge_round_trips * *smoothed, hedge_minimum);
  return std::max(hedge_medians * environment.channel.typical_round_trip(), hedge_minimum);
}

Lookup::Lookup(const LookupEnvironment& environment, const Key& target, LookupOptions options, Done done)
    : environment_(environment),
      options_(std::move(options)),
      done_(std::move(done)),
      pool_(target),
      target_(environment.channel, environment.timers),
      started_at_(environment.timers.now()) {}

void Lookup::start() {
  if (options_.mode == LookupMode::key && environment_.counts_itself) {
    PoolNode& self = pool_[pool_.name(environment_.self).index];
    self.state = NodeState::answered;
    self.self = true;
  }
  if (options_.mode == LookupMode::node) start_target();
  begin(take_seeds());
  deadline_ = environment_.timers.after(options_.time_out, [this] {
    timed_out_ = true;
    finish_with_siblings();
  });
  first_step_ = environment_.timers.after(Duration{0}, [this] { proceed(); });
}

void Lookup::start_target() {
  const Key& target = pool_.target();
  target_.start(
      target_request(environment_, options_), hedge_delay(environment_, target),
      [this](Result<rpc::Answer> answer) { on_target_settled(std::move(answer)); }, [this] { proceed(); });
  if (const Contact* const known = environment_.contacts.find(target)) target_.offer(known->node);
}

std::vector<PoolIndex> Lookup::take_seeds() {
  const Key& target = pool_.target();
  auto nearest = environment_.contacts.nearest(target, bucket_size);
  if (nearest.empty()) nearest = environment_.contacts.nearest_of_all(target, bucket_size);
  std::vector<PoolIndex> seeds;
  for (const Contact* contact : nearest) {
    if (options_.mode == LookupMode::node && contact->node.id == target) continue;
    seeds.push_back(pool_.name(contact->node).index);
    pool_[seeds.back()].suspect = contact->suspect();
  }
  return seeds;
}

void Lookup::proceed() {
  // A target that is being called at an address not known to be wrong is most likely about to answer.
  if (target_.promising() || !advance() || target_.busy()) return;
  finish_with_siblings();
}

LookupRequest Lookup::request_of_a_hop() const {
  if (options_.mode == LookupMode::key && options_.request) return *options_.request;
  return find_node_request(pool_.target(), siblings_per_key);
}

Operation Lookup::call(PoolIndex index, const NodeHandle& to) {
  const LookupRequest request = request_of_a_hop();
  ++pool_[index].calls_under_way;
  return environment_.channel.call(to, request.type, request.body, request.answer_bytes,
                                   [this, index](Result<rpc::Answer> answer) { on_settled(index, std::move(answer)); });
}

void Lookup::ask(PoolIndex index, std::size_t path) {
  PoolNode& node = pool_[index];
  node.state = NodeState::asked;
  node.path = path;
  node.asked_at = environment_.timers.now();
  ++calls_made_;
  node.hedge = environment_.timers.after(hedge_delay(environment_, node.node.id), [this, index] { on_slow(index); });
  node.being_tried = pool_.take_untried(index);
  node.call = call(index, node.being_tried);
}

void Lookup::on_slow(PoolIndex index) {
  PoolNode& node = pool_[index];
  node.slow = true;
  somebody_failed_ = true;
  proceed();
}

void Lookup::on_settled(PoolIndex index, Result<rpc::Answer> answer) {
  PoolNode& node = pool_[index];
  --node.calls_under_way;
  if (node.state != NodeState::asked || (!answer && node.calls_under_way > 0)) return;
  node.hedge.cancel();
  if (!answer || !absorb(index, *answer)) {
    note_hop(index, false, 0);
    pool_.fail(index);
    somebody_failed_ = true;
  }
  proceed();
}

void Lookup::on_target_settled(Result<rpc::Answer> answer) {
  // A refusal proves the key as well: what it means is for the caller to read.
  if (!answer) return proceed();
  LookupResult result;
  result.answers.push_back({std::move(answer->from), false, answer->type, std::move(answer->body)});
  finish(std::move(result));
}

std::optional<std::vector<NodeHandle>> Lookup::contacts_in(const rpc::Answer& answer) const {
  if (answer.type == wire::MessageType::nodes) {
    auto nodes = wire::decode_nodes(answer.body, environment_.puzzles);
    if (nodes) return std::move(nodes->contacts);
  } else if (answer.type == wire::MessageType::value) {
    auto value = wire::decode_value(answer.body, environment_.puzzles);
    if (value) return std::move(value->contacts);
  } else if (answer.type == wire::MessageType::not_ready) {
    return std::vector<NodeHandle>{};
  }
  return std::nullopt;
}

bool Lookup::absorb(PoolIndex index, rpc::Answer& answer) {
  const auto contacts = contacts_in(answer);
  if (!contacts) return false;
  std::size_t learned = 0;
  const std::vector<PoolIndex> named = take_named(*contacts, learned);
  note_hop(index, true, learned);
  PoolNode& node = pool_[index];
  node.reach = reach_of(*contacts);
  node.state = NodeState::answered;
  node.slow = false;
  node.node = answer.from;
  node.answer_type = answer.type;
  node.answer = std::move(answer.body);
  if (answer.type != wire::MessageType::not_ready) environment_.observer.on_node_answered(node.node, answer.round_trip);
  on_answer(index, named);
  return true;
}

std::vector<PoolIndex> Lookup::take_named(const std::vector<NodeHandle>& contacts, std::size_t& learned) {
  std::vector<PoolIndex> named;
  named.reserve(contacts.size());
  for (const NodeHandle& contact : contacts) {
    if (contact.id == environment_.self.id) continue;
    environment_.observer.on_node_named(contact);
    if (options_.mode == LookupMode::node && contact.id == pool_.target()) {
      target_.offer(contact);
      continue;
    }
    NodeHandle node = contact;
    const Contact* const known = environment_.contacts.find(contact.id);
    if (known) wire::prefer_endpoint(node, known->node.endpoints.front());  // proven before named
    const auto [index, is_new] = pool_.name(node);
    if (is_new && known) pool_[index].suspect = known->suspect();
    learned += is_new ? 1 : 0;
    named.push_back(index);
  }
  return named;
}

bool Lookup::sweep() {
  std::size_t live = 0;
  bool waiting = false;
  std::optional<PoolIndex> outermost;
  for (std::size_t i = 0; i < pool_.by_distance().size() && live < options_.siblings; ++i) {
    const PoolIndex index = pool_.by_distance()[i];
    PoolNode& node = pool_[index];
    if (node.state == NodeState::fresh && may_ask()) ask(index, sweep_path);
    if (node.state == NodeState::failed || node.slow) ask_once_more(index);
    const bool asked = node.state == NodeState::asked;
    // Who is late is not counted on: the next one is asked as well. It is waited for all the same, but a node that was
    // silent before only until it is late.
    waiting = waiting || (asked && (!node.slow || !node.suspect));
    if (node.state != NodeState::answered && (!asked || node.slow || node.suspect)) continue;
    ++live;
    outermost = index;
  }
  if (!somebody_failed_) return !waiting;
  const bool certain =
      live >= options_.siblings && !(reach_of_answers() < distance(pool_.target(), pool_[*outermost].node.id));
  const bool widening = certain ? widening_calls_ > 0 : widen();
  return !waiting && !widening;
}

// At 2 % loss one call in 600 fails although the node lives: 16 of them would make one result in 40 wrong. A node that
// was silent before is not worth it.
void Lookup::ask_once_more(PoolIndex index) {
  PoolNode& node = pool_[index];
  if (node.suspect || node.second_call_made || !may_ask()) return;
  node.second_call_made = true;
  ++calls_made_;
  if (node.state == NodeState::failed) {
    node.state = NodeState::asked;
    node.slow = true;  // nobody counts on it
    node.asked_at = environment_.timers.now();
  }
  node.second_call = call(index, node.being_tried);
}

Key Lookup::reach_of_answers() const {
  std::vector<Key> reaches;
  for (const PoolIndex index : pool_.by_distance()) {
    if (reaches.size() >= options_.siblings) break;
    if (pool_[index].state == NodeState::answered && !pool_[index].self) reaches.push_back(pool_[index].reach);
  }
  // Half of the answers, or two that were asked for more: a single liar cannot make it look farther than it is.
  const auto exceeded_by = [](std::vector<Key> keys, std::size_t others) {
    if (keys.size() <= others) return Key{};
    const auto place = keys.begin() + static_cast<std::ptrdiff_t>(others);
    std::ranges::nth_element(keys, place, std::greater{});
    return *place;
  };
  return std::max(exceeded_by(reaches, reaches.size() / 2), exceeded_by(widened_reaches_, 1));
}

Key Lookup::reach_of(const std::vector<NodeHandle>& named) const {
  Key reach;
  for (const NodeHandle& each : named) reach = std::max(reach, distance(pool_.target(), each.id));
  return reach;
}

// All nodes near the target name the same ones. When some of these are dead, the live ones next in line have not been
// named by anybody: the nearest siblings are asked for more, then the outermost ones for what is around themselves.
bool Lookup::widen() {
  if (widening_calls_ > 0 || widenings_ >= widenings_maximum) return widening_calls_ > 0;
  const bool inner = ++widenings_ == 1;
  std::vector<PoolIndex> open;
  for (const PoolIndex index : pool_.by_distance())
    if (pool_[index].state == NodeState::answered && !pool_[index].self && !pool_[index].widened) open.push_back(index);
  if (!inner) std::ranges::reverse(open);
  for (const PoolIndex index : open) {
    if (widening_calls_ >= widening_asks || !may_ask()) break;
    ask_for_more(index, inner ? pool_.target() : pool_[index].node.id);
  }
  return widening_calls_ > 0;
}

void Lookup::ask_for_more(PoolIndex index, const Key& around) {
  PoolNode& node = pool_[index];
  node.widened = true;
  ++widening_calls_;
  ++calls_made_;
  const LookupRequest request = find_node_request(around, wire::contacts_per_answer_maximum);
  const TimePoint asked_at = environment_.timers.now();
  node.widening_call = environment_.channel.call(node.node, request.type, request.body, request.answer_bytes,
                                                 [this, index, asked_at](Result<rpc::Answer> answer) {
                                                   --widening_calls_;
                                                   on_more_named(index, asked_at, answer);
                                                   proceed();
                                                 });
}

void Lookup::on_more_named(PoolIndex index, TimePoint asked_at, const Result<rpc::Answer>& answer) {
  std::size_t learned = 0;
  const auto contacts = answer ? contacts_in(*answer) : std::nullopt;
  if (contacts) {
    take_named(*contacts, learned);
    if (widenings_ == 1) widened_reaches_.push_back(reach_of(*contacts));
  }
  hops_.push_back({pool_[index].node, sweep_path, asked_at - started_at_, environment_.timers.now() - asked_at,
                   contacts.has_value(), learned});
}

void Lookup::note_hop(PoolIndex index, bool answered, std::size_t learned) {
  const PoolNode& node = pool_[index];
  hops_.push_back({node.node, node.path, node.asked_at - started_at_, environment_.timers.now() - node.asked_at,
                   answered, learned});
}

void Lookup::finish_with_siblings() {
  LookupResult result;
  std::size_t others = 0;
  for (const PoolIndex index : pool_.by_distance()) {
    PoolNode& node = pool_[index];
    if (node.state != NodeState::answered) continue;
    others += node.self ? 0 : 1;
    if (result.answers.size() < options_.siblings)
      result.answers.push_back({node.node, node.self, node.answer_type, std::move(node.answer)});
  }
  const Errc error = outcome(others, !result.answers.empty());
  if (error != Errc::ok) result.error = error;
  const bool cut_off = error == Errc::timed_out && options_.mode == LookupMode::key;
  if (error != Errc::ok && !cut_off) result.answers.clear();
  finish(std::move(result));
}

Errc Lookup::outcome(std::size_t others, bool self_answers) const {
  if (others == 0 && calls_made_ > 0) return timed_out_ ? Errc::timed_out : Errc::not_reachable;
  if (options_.mode == LookupMode::key && timed_out_) return Errc::timed_out;
  if (options_.mode == LookupMode::key) return others > 0 || self_answers ? Errc::ok : Errc::no_peers;
  const bool asked = calls_made_ > 0 || !target_.hops(started_at_).empty();
  return asked ? Errc::timed_out : Errc::no_peers;
}

void Lookup::finish(LookupResult result) {
  if (!done_) return;  // ended before; cancelled in the midst of its work, it goes on until it dies
  for (PoolIndex index = 0; index < pool_.size(); ++index)
    if (pool_[index].state == NodeState::asked) note_hop(index, false, 0);
  result.hops = std::move(hops_);
  for (LookupHop& hop : target_.hops(started_at_)) result.hops.push_back(std::move(hop));
  result.took = environment_.timers.now() - started_at_;
  const Done done = std::move(done_);
  done(std::move(result));  // may destroy this lookup
}

}  // namespace p2pns::kbr
