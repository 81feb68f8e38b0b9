#include "core/names/hit_search.hpp"

#include <algorithm>

namespace p2pns::names {

TimePoint hip_expiry(const HipEnvironment& environment, UnixTime not_after) {
  const Duration left = std::max<Duration>(not_after - environment.wall_clock.now(), Duration{0});
  return environment.timers.now() + std::min(hip_answer_life, left);
}

HitSearch::HitSearch(const HipEnvironment& environment, const crypto::Hit& hit)
    : environment_(environment), started_(environment.timers.now()) {
  answer_->hit = hit;
}

void HitSearch::start(Callback<void(Answer)> done) {
  done_ = std::move(done);
  step_ =
      environment_.dht.gather(dht::hip_position(crypto::hit_key_of(answer_->hit)), {dht::RecordType::host_identity},
                              environment_.time_out, [this](const dht::GatherResult& found) { on_gathered(found); });
}

void HitSearch::take(const std::vector<dht::VerifiedRecord>& records) {
  for (const dht::VerifiedRecord& record : records) {
    auto statement = dht::decode_hit_statement(record.bytes());
    if (!statement || statement->hit != answer_->hit) continue;  // the key does not tell kinds of HIT apart
    answer_->outcome = statement->revoked() ? HitOutcome::revoked : HitOutcome::found;
    answer_->statement = std::move(*statement);
    answer_->signed_bytes = record.bytes();
  }
}

void HitSearch::on_gathered(const dht::GatherResult& found) {
  const TimePoint now = environment_.timers.now();
  answer_->expires = now;
  if (found.error) {
    answer_->outcome = found.error == Errc::timed_out ? HitOutcome::timed_out : HitOutcome::not_reachable;
    return finish();
  }
  answer_->outcome = HitOutcome::unknown;
  answer_->expires = now + hip_unknown_life;
  take(found.records);
  if (!answer_->statement) return finish();
  const dht::HitStatement& statement = *answer_->statement;
  answer_->expires = hip_expiry(environment_, statement.not_after);
  answer_->addresses = statement.locators;
  if (statement.revoked() || !statement.locators.empty() || !statement.has_node()) return finish();
  const TimePoint end = started_ + environment_.time_out;
  limit_ = environment_.timers.at(std::max(end, now), [this] { on_located(Errc::timed_out); });
  step_ = environment_.names.locate(statement.node, [this](const Result<NodeHandle>& node) { on_located(node); });
}

void HitSearch::on_located(const Result<NodeHandle>& node) {
  limit_.cancel();
  step_.cancel();
  if (node) {
    for (const Endpoint& endpoint : node->endpoints)
      if (!std::ranges::count(answer_->addresses, endpoint.address)) answer_->addresses.push_back(endpoint.address);
  } else {
    answer_->expires = std::min(answer_->expires, environment_.timers.now() + hip_unknown_life);
  }
  finish();
}

/// Destroys this object.
void HitSearch::finish() {
  answer_->took = environment_.timers.now() - started_;
  const auto done = std::move(done_);
  done(std::move(answer_));
}

void WeakSearch::start(Callback<void(Answer)> done) {
  done_ = std::move(done);
  std::vector<dht::RecordType> places;
  for (std::size_t place = 0; place < dht::weak_places; ++place) places.push_back(dht::weak_type(place));
  gathering_ = environment_.dht.gather(dht::hip_position(key_), std::move(places), environment_.time_out,
                                       [this](const dht::GatherResult& found) {
                                         const auto finished = std::move(done_);
                                         finished(answer_from(found));  // destroys this object
                                       });
}

WeakSearch::Answer WeakSearch::answer_from(const dht::GatherResult& found) const {
  auto answer = std::make_shared<WeakAnswer>();
  answer->key = key_;
  answer->expires = environment_.timers.now();
  if (found.error) {
    answer->outcome = found.error == Errc::timed_out ? WeakOutcome::timed_out : WeakOutcome::not_reachable;
    return answer;
  }
  for (const dht::VerifiedRecord& record : found.records) {
    auto statement = dht::decode_weak_statement(record.bytes());
    if (!statement || statement->key != key_ || statement->value.empty()) continue;
    WeakValue value;
    if (const auto hdrr = dht::read_hdrr(statement->value);
        hdrr && statement->application() == dht::WeakApplication::address)
      value.hit = hdrr->hit;
    value.value = std::move(statement->value);
    value.node = crypto::node_id_of(statement->node_key);
    value.sequence = statement->sequence;
    value.not_after = statement->not_after;
    answer->values.push_back(std::move(value));
  }
  answer->outcome = answer->values.empty() ? WeakOutcome::unknown : WeakOutcome::found;
  answer->expires += hip_unknown_life;
  if (answer->values.empty()) return answer;
  const auto first_end = std::ranges::min_element(answer->values, {}, &WeakValue::not_after);
  answer->expires = hip_expiry(environment_, first_end->not_after);
  return answer;
}

}  // namespace p2pns::names
