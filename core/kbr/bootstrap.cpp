#include "core/kbr/bootstrap.hpp"

#include <algorithm>

namespace p2pns::kbr {

void Bootstrap::start(std::vector<Endpoint> seeds) {
  seeds_ = std::move(seeds);
  if (seeds_.size() > seeds_maximum) seeds_.resize(seeds_maximum);
  ask_again(Duration{0});
}

void Bootstrap::on_fellow(const NodeId& id) {
  if (fellows_.size() < fellows_maximum && std::ranges::find(fellows_, id) == fellows_.end()) fellows_.push_back(id);
}

void Bootstrap::ask_again(Duration delay) {
  timer_ = context_.timers.after(delay, [this] { ask_seeds(); });
}

void Bootstrap::ask_seeds() {
  if (seeds_.empty()) {
    if (!context_.routing.joined()) events_.on_first();
    return;
  }
  if (context_.contacts.size() >= contacts_enough && context_.routing.joined()) return ask_again(seed_retry_last);
  asked_ = std::min(seeds_.size(), seeds_at_once_maximum);
  for (std::size_t i = 0; i < asked_; ++i)  // a random choice, drawn to the front
    std::swap(seeds_[i], seeds_[i + context_.random.below(seeds_.size() - i)]);
  calls_.clear();
  calls_.resize(asked_);
  under_way_ = asked_;
  ourselves_ = 0;
  found_serving_ = false;
  for (std::size_t i = 0; i < asked_; ++i) {
    calls_[i] = context_.channel.call_address(
        seeds_[i], wire::MessageType::ping, wire::encode(wire::Ping{context_.routing.joined()}), pong_bytes_maximum,
        [this, i](Result<rpc::Answer> answer) { on_answer(i, std::move(answer)); });
  }
}

void Bootstrap::on_answer(std::size_t, Result<rpc::Answer> answer) {
  --under_way_;
  bool met_somebody = false;
  if (!answer) {
    if (answer.error() == Errc::bad_key) ++ourselves_;
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
  if (ourselves_ == asked_) return true;
  if (fellows_.empty()) return false;  // nobody answers: most likely it is us who are cut off
  const bool smallest = std::ranges::all_of(fellows_, [this](const NodeId& id) { return context_.self < id; });
  return smallest || (waiting_since_ && context_.timers.now() - *waiting_since_ >= first_node_patience);
}

void Bootstrap::end_round() {
  const bool begin = may_begin();
  if (!fellows_.empty() && !waiting_since_) waiting_since_ = context_.timers.now();
  // Fellows begin any moment: asking them seldom would only make them wait.
  const bool waiting = !begin && !fellows_.empty() && !context_.routing.joined();
  const Duration last = context_.routing.joined() ? seed_retry_last : seed_retry_unjoined;
  retry_ = waiting || found_serving_ != was_serving_ ? seed_retry_first : std::min(2 * retry_, last);
  was_serving_ = found_serving_;
  fellows_.clear();
  ask_again(context_.random.between(retry_ / 2, retry_));
  if (begin) events_.on_first();
}

}  // namespace p2pns::kbr
