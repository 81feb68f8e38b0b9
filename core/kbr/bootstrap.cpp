#include "core/kbr/bootstrap.hpp"

#include <algorithm>

namespace p2pns::kbr {

void Bootstrap::start(std::vector<Endpoint> seeds, std::vector<Endpoint> former, bool more_to_come) {
  if (seeds.size() > seeds_maximum) seeds.resize(seeds_maximum);
  configured_ = std::move(seeds);
  seeds_ = configured_;
  more_to_come_ = more_to_come;
  former_ = std::move(former);
  if (former_.size() > stored_addresses_maximum) former_.resize(stored_addresses_maximum);
  started_at_ = context_.timers.now();
  ask_again(Duration{0});
}

void Bootstrap::set_found_seeds(std::span<const Endpoint> found) {
  const bool had_none = seeds_.empty();
  seeds_ = configured_;
  for (const Endpoint& each : found)
    if (seeds_.size() < seeds_maximum && std::ranges::find(seeds_, each) == seeds_.end()) seeds_.push_back(each);
  // With seeds before, a round is under way or near.
  if (had_none && !seeds_.empty() && under_way_ == 0 && timer_.pending()) ask_again(Duration{0});
}

void Bootstrap::on_fellow(const NodeId& id) {
  if (fellows_.size() < fellows_maximum && std::ranges::find(fellows_, id) == fellows_.end()) fellows_.push_back(id);
}

void Bootstrap::ask_again(Duration delay) {
  timer_ = context_.timers.after(delay, [this] { begin_round(); });
}

void Bootstrap::hurry() {
  remember_contacts();
  if (context_.contacts.size() > 0) return;
  hurried_ = under_way_ > 0;  // those calls may have left before the network was back
  if (under_way_ == 0 && timer_.pending()) ask_again(Duration{0});
}

void Bootstrap::remember_contacts() {
  if (context_.contacts.size() == 0) return;
  std::vector<Endpoint> known;
  context_.contacts.for_each([&known](const Contact& contact) {
    if (known.size() < former_contacts_maximum) known.push_back(contact.node.endpoints.front());
  });
  for (const Endpoint& endpoint : former_)
    if (known.size() < former_contacts_maximum && std::ranges::find(known, endpoint) == known.end())
      known.push_back(endpoint);
  former_ = std::move(known);
}

/// A random choice.
std::vector<Endpoint> Bootstrap::choose(std::vector<Endpoint> from) const {
  const std::size_t count = std::min(from.size(), seeds_at_once_maximum);
  for (std::size_t i = 0; i < count; ++i) std::swap(from[i], from[i + context_.random.below(from.size() - i)]);
  from.resize(count);
  return from;
}

void Bootstrap::begin_round() {
  remember_contacts();
  if (seeds_.empty() && former_.empty() && !more_to_come_ && !context_.routing.joined()) events_.on_first();
  const bool joined = context_.routing.joined();
  if (joined && context_.contacts.size() >= contacts_enough) return ask_again(seed_retry_last);
  // Whoever is known may have announced itself, and no answer of a seed be there to tell of it.
  if (!joined && context_.contacts.size() > 0) events_.on_not_joined();
  std::vector<Endpoint> asked = choose(seeds_);
  seeds_asked_ = asked.size();
  for (const Endpoint& endpoint : choose(lost_contacts())) asked.push_back(endpoint);
  if (asked.empty()) return ask_again(longest_pause());
  ask(asked);
}

std::vector<Endpoint> Bootstrap::lost_contacts() const {
  std::vector<Endpoint> lost = former_;
  context_.contacts.for_each([&lost](const Contact& contact) { std::erase(lost, contact.node.endpoints.front()); });
  return lost;
}

void Bootstrap::ask(const std::vector<Endpoint>& seeds) {
  asked_ = seeds.size();
  calls_.clear();
  calls_.resize(asked_);
  under_way_ = asked_;
  ourselves_ = 0;
  found_serving_ = false;
  for (std::size_t i = 0; i < asked_; ++i) {
    calls_[i] = context_.channel.call_address(
        seeds[i], wire::MessageType::ping, wire::encode(wire::Ping{context_.routing.joined()}), pong_bytes_maximum,
        [this, i](Result<rpc::Answer> answer) { on_answer(i, std::move(answer)); });
  }
}

void Bootstrap::on_answer(std::size_t slot, Result<rpc::Answer> answer) {
  --under_way_;
  bool met_somebody = false;
  if (!answer) {
    if (answer.error() == Errc::bad_key && slot < seeds_asked_) ++ourselves_;
  } else if (const auto pong = read_pong(context_, *answer); pong && pong->joined) {
    const bool known = context_.contacts.find(answer->from.id);
    found_serving_ = true;
    context_.contacts.add(answer->from, answer->round_trip, context_.timers.now());
    // A seed for which there is no place is met every time anew, and tells nothing new.
    met_somebody = !known && context_.contacts.find(answer->from.id);
  } else if (pong) {
    on_fellow(answer->from.id);
  }
  if (under_way_ == 0) end_round();
  if (met_somebody) return events_.on_new_contact();
  // Those who joined may have made themselves known before a seed answered.
  if (!context_.routing.joined() && context_.contacts.size() > 0) events_.on_not_joined();
}

bool Bootstrap::may_begin() const {
  if (context_.routing.joined() || found_serving_ || context_.contacts.size() > 0) return false;
  if (first_by_configuration() && former_.empty()) return true;
  // Nobody answers: most likely it is us who are cut off. But somebody has to begin.
  if (fellows_.empty()) return first_by_configuration() && context_.timers.now() - started_at_ >= founding_patience;
  const bool smallest = std::ranges::all_of(fellows_, [this](const NodeId& id) { return context_.self < id; });
  return smallest || (waiting_since_ && context_.timers.now() - *waiting_since_ >= first_node_patience);
}

bool Bootstrap::alone() const { return !context_.routing.joined() || context_.contacts.size() == 0; }

Duration Bootstrap::longest_pause() const { return alone() ? seed_retry_unjoined : seed_retry_last; }

void Bootstrap::end_round() {
  const bool begin = may_begin();
  if (!fellows_.empty() && !waiting_since_) waiting_since_ = context_.timers.now();
  // Fellows begin any moment: asking them seldom would only make them wait.
  const bool waiting = !begin && !fellows_.empty() && !context_.routing.joined();
  retry_ = waiting || found_serving_ != was_serving_ ? seed_retry_first : std::min(2 * retry_, longest_pause());
  was_serving_ = found_serving_;
  fellows_.clear();
  const bool at_once = std::exchange(hurried_, false) && alone();
  ask_again(at_once ? Duration{0} : context_.random.between(retry_ / 2, retry_));
  if (begin) events_.on_first();
}

}  // namespace p2pns::kbr
