#include "core/dht/offers.hpp"

#include <algorithm>

namespace p2pns::dht {
namespace {

constexpr Duration token_interval =
    std::chrono::duration_cast<Duration>(std::chrono::duration<double>{1 / offer_calls_per_second});

}  // namespace

void Offers::add(const wire::NodeHandle& target, const RecordPlace& place) {
  if (waiting_ >= waiting_maximum_) {
    ++context_.counters.unsent;
    return;
  }
  Target& entry = targets_[target.id];
  entry.node = target;  // the newest address
  if (entry.waiting.insert(place).second) ++waiting_;
  if (!timer_.pending()) timer_ = context_.timers.after(Duration{0}, [this] { pump(); });
}

void Offers::when_idle(Callback<void()> callback) {
  if (idle()) return context_.timers.post(std::move(callback));
  when_idle_ = std::move(callback);
}

void Offers::pump() {
  const TimePoint now = context_.timers.now();
  for (std::size_t looked_at = targets_.size(); looked_at > 0; --looked_at) {
    if (calls_under_way_ >= offer_calls_at_once_maximum) return;
    auto target = targets_.upper_bound(last_served_);
    if (target == targets_.end()) target = targets_.begin();
    last_served_ = target->first;
    if (target->second.busy) continue;
    if (!tokens_.take(offer_calls_per_second, offer_calls_burst, now)) {
      timer_ = context_.timers.after(token_interval, [this] { pump(); });
      return;
    }
    if (!next_call(target->second)) targets_.erase(target);
  }
  if (idle() && when_idle_) context_.timers.post(std::exchange(when_idle_, nullptr));
}

bool Offers::next_call(Target& target) {
  if (!target.wanted.empty())
    hand_over(target);
  else if (!offer(target))
    return false;
  target.busy = true;
  ++calls_under_way_;
  return true;
}

bool Offers::offer(Target& target) {
  wire::Offer offer;
  target.offered.clear();
  while (!target.waiting.empty() && offer.items.size() < wire::offers_per_message_maximum) {
    const RecordPlace place = *target.waiting.begin();
    target.waiting.erase(target.waiting.begin());
    --waiting_;
    auto record = context_.store.find(place.key, place.type);
    if (!record || !counts(context_, *record)) continue;
    offer.items.push_back({to_wire(place), digest_of(*record)});
    target.offered.push_back(std::move(*record));
  }
  if (offer.items.empty()) return false;
  context_.counters.offered += offer.items.size();
  target.call = context_.client.offer(
      target.node, offer, [this, &target](Result<wire::Offered> offered) { on_offered(target, std::move(offered)); });
  return true;
}

void Offers::on_offered(Target& target, Result<wire::Offered> offered) {
  const NodeId id = target.node.id;
  if (!offered) {
    give_up(target);
    return end_call(id);
  }
  const auto records = std::move(target.offered);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (offered->states[i] == wire::OfferState::wanted)
      target.wanted.push_back(records[i]);
    else
      tell(id, records[i], offered->states[i] == wire::OfferState::held);
  }
  end_call(id);
}

void Offers::hand_over(Target& target) {
  wire::HandOver hand_over;
  std::size_t bytes = wire::hand_over_overhead_bytes;
  target.sent.clear();
  while (!target.wanted.empty() && target.sent.size() < wire::records_per_message_maximum) {
    bytes += wire::typed_record_bytes(target.wanted.front().bytes().size());
    if (bytes > wire::introduced_body_maximum_bytes) break;
    hand_over.records.push_back(to_wire(target.wanted.front()));
    target.sent.push_back(std::move(target.wanted.front()));
    target.wanted.pop_front();
  }
  target.call = context_.client.hand_over(target.node, hand_over, [this, &target](Result<wire::HandedOver> answer) {
    on_handed_over(target, std::move(answer));
  });
}

void Offers::on_handed_over(Target& target, Result<wire::HandedOver> answer) {
  const NodeId id = target.node.id;
  const auto sent = std::move(target.sent);
  if (answer)
    for (std::size_t i = 0; i < sent.size(); ++i) on_verdict(id, sent[i], std::move(answer->items[i]));
  else
    give_up(target);
  end_call(id);
}

void Offers::on_verdict(const NodeId& target, const VerifiedRecord& sent, wire::HandedOver::Item item) {
  if (item.verdict == wire::StoreVerdict::stored) {
    ++context_.counters.handed_over;
    return tell(target, sent, true);
  }
  // What stands in the way of these is never told. stale: a newer one, or a binding of a later generation.
  if (item.existing.empty()) {
    const bool untold = sent.type() == RecordType::record_set || proves_itself(sent.type());
    return tell(target, sent, untold && item.verdict == wire::StoreVerdict::stale);
  }
  // A record begins with its type.
  const auto type = static_cast<RecordType>(item.existing.front());
  const auto existing = context_.records.verify({type, std::move(item.existing)});
  if (!existing || existing->key() != sent.key()) {
    ++context_.counters.lies;
    return tell(target, sent, false);
  }
  if (existing->owner() != sent.owner()) {
    ++context_.counters.conflicts;
    return tell(target, sent, false);
  }
  // The owner has done something since: it is news to us.
  learned_[place_of(*existing)] =
      context_.replica.hand_over({existing->type(), existing->bytes()},
                                 [this, place = place_of(*existing)](const wire::Stored&) { learned_.erase(place); });
  tell(target, sent, existing->type() == sent.type() && newer(*existing, sent));
}

void Offers::give_up(Target& target) {
  context_.counters.unsent += target.waiting.size() + target.wanted.size();
  waiting_ -= target.waiting.size();
  target.waiting.clear();
  target.wanted.clear();
}

void Offers::tell(const NodeId& target, const VerifiedRecord& record, bool holds) {
  if (outcome_) outcome_(place_of(record), target, holds);
}

void Offers::end_call(const NodeId& id) {
  --calls_under_way_;
  targets_.at(id).busy = false;
  pump();
}

}  // namespace p2pns::dht
