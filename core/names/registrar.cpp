#include "core/names/registrar.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/names/answer_later.hpp"

namespace p2pns::names {
Result<void> Registrar::check(const Registration& registration) const {
  const P2PName& name = registration.name;
  const auto& zones = environment_.zones.names;
  if (name.kind != NameKind::label || !is_canonical(name)) return Errc::bad_name;
  if (std::find(zones.begin(), zones.end(), name.zone) == zones.end()) return Errc::bad_name;
  // Signed for its size: every set of this name with these records is as long.
  const RecordSet set{name, environment_.owner.public_key(), 0, 1, environment_.wall_clock.now(), registration.records};
  if (auto bytes = sign(set, environment_.owner, environment_.network); !bytes) return bytes.error();
  return {};
}

bool Registrar::busy(const P2PName& name) const {
  return claims_.contains(name) || releases_.contains(name) || claims_.size() + releases_.size() >= writes_maximum;
}

bool Registrar::lease_is_due(const OwnedName& owned) const {
  const auto left = owned.binding.not_after - environment_.wall_clock.now();
  return left <= environment_.limits.lease - environment_.limits.renew_every;
}

std::uint64_t Registrar::next_record_sequence(std::uint64_t previous) const {
  const auto now = environment_.wall_clock.now().time_since_epoch().count();
  return std::max(previous + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(now, 1)));
}

dht::Binding Registrar::next_binding(const P2PName& name, const dht::Binding* previous) const {
  dht::Binding binding;
  binding.zone = name.zone;
  binding.label = name.label;
  binding.owner = environment_.owner.public_key();
  binding.node = environment_.node;
  binding.generation = previous ? previous->generation : 0;
  binding.sequence = previous ? previous->sequence + 1 : 1;
  binding.not_after = environment_.wall_clock.now() + environment_.limits.lease;
  return binding;
}

Receipt Registrar::take(const Registration& registration, const dht::Binding& binding) {
  const OwnedName* old = environment_.owned.find(registration.name);
  OwnedName owned{binding, registration.records, 0};
  sort_records(owned.records);
  const bool unchanged = old && old->records == owned.records;
  owned.record_sequence = unchanged ? old->record_sequence : next_record_sequence(old ? old->record_sequence : 0);
  environment_.owned.put(registration.name, std::move(owned));
  environment_.cache.forget(registration.name);
  Receipt receipt;
  receipt.binding = binding;
  receipt.record_set = *environment_.owned.record_set(registration.name);
  return receipt;
}

Operation Registrar::register_name(Registration registration, Callback<void(Result<Receipt>)> callback) {
  const OwnedName* owned = environment_.owned.find(registration.name);
  const bool full = !owned && environment_.owned.size() + claims_.size() >= environment_.limits.owned_names_maximum;
  Result<Receipt> outcome = Errc::overloaded;
  if (auto fine = check(registration); !fine) {
    outcome = fine.error();
  } else if (!busy(registration.name) && !full) {
    if (!owned || lease_is_due(*owned)) return start_claim(registration, owned, std::move(callback));
    outcome = take(registration, dht::Binding{owned->binding});
  }
  return detail::answer_later(environment_.timers, std::move(callback), std::move(outcome));
}

Operation Registrar::start_claim(const Registration& registration, const OwnedName* owned,
                                 Callback<void(Result<Receipt>)> callback) {
  const P2PName name = registration.name;
  auto ends = start_operation<Result<Receipt>>(std::move(callback));
  ends.second.on_cancel([weak = std::weak_ptr{self_}, name] {
    const auto self = weak.lock();
    if (self && (*self)->claims_.erase(name) == 1) (*self)->resume_renewals(name);
  });
  renewals_.erase(name);  // this is one
  Claim claim;
  claim.registration = registration;
  claim.binding = next_binding(name, owned ? &owned->binding : nullptr);
  claim.owned = claim.renews = owned != nullptr;
  claim.started = environment_.timers.now();
  claim.completion = std::move(ends.second);
  claims_.insert_or_assign(name, std::move(claim));
  send_claim(name);
  return std::move(ends.first);
}

void Registrar::send_claim(const P2PName& name) {
  Claim& claim = claims_.at(name);
  const auto on_receipt = [this, name](Result<dht::PutReceipt> receipt) { on_claimed(name, std::move(receipt)); };
  claim.operation = claim.renews ? environment_.dht.renew(claim.binding, environment_.owner, on_receipt)
                                 : environment_.dht.claim(claim.binding, environment_.owner, on_receipt);
}

void Registrar::on_claimed(const P2PName& name, Result<dht::PutReceipt> receipt) {
  Claim& claim = claims_.at(name);
  // Somebody with this key stored something newer meanwhile; the user wants the name here, and a claim rises above it.
  if (!receipt && receipt.error() == Errc::stale_sequence && std::exchange(claim.renews, false))
    return send_claim(name);
  if (!receipt) return end_claim(name, receipt.error());
  const auto stored = dht::decode_binding(receipt->record.bytes());
  P2PNS_ASSERT(stored);
  Receipt result = take(claim.registration, *stored);
  result.created = !claim.owned && stored->generation == 0 && stored->sequence == 1;
  result.tally = receipt->tally;
  result.took = environment_.timers.now() - claim.started;
  end_claim(name, std::move(result));
}

void Registrar::end_claim(const P2PName& claimed, Result<Receipt> result) {
  const P2PName name = claimed;  // the argument dies with the callback that holds it
  auto claim = claims_.extract(name);
  // Who asked before the claim may have been told that there is no such name, or of another owner's loss.
  environment_.cache.forget(name);
  if (result)
    schedule_renewal(name, until_renewal());
  else
    resume_renewals(name);
  claim.mapped().completion(std::move(result));
}

Operation Registrar::release_name(const P2PName& name, Callback<void(Result<void>)> callback) {
  const OwnedName* owned = environment_.owned.find(name);
  if (!owned || busy(name)) {
    const Errc error = owned ? Errc::overloaded : Errc::not_owner;
    return detail::answer_later<Result<void>>(environment_.timers, std::move(callback), error);
  }
  auto ends = start_operation<Result<void>>(std::move(callback));
  ends.second.on_cancel([weak = std::weak_ptr{self_}, name] {
    const auto self = weak.lock();
    if (self && (*self)->releases_.erase(name) == 1) (*self)->resume_renewals(name);
  });
  renewals_.erase(name);
  Release& release = releases_[name];
  release.completion = std::move(ends.second);
  // One higher than anything a renewal under way may have left at some replicas.
  dht::Binding last = owned->binding;
  ++last.sequence;
  release.operation = environment_.dht.release(
      last, environment_.owner, [this, name](Result<dht::Tally> tally) { on_released(name, std::move(tally)); });
  return std::move(ends.first);
}

void Registrar::on_released(const P2PName& released, Result<dht::Tally> tally) {
  const P2PName name = released;
  auto release = releases_.extract(name);
  Result<void> result;
  if (tally) {
    environment_.owned.remove(name);
    environment_.cache.forget(name);
  } else {
    result = tally.error();
    resume_renewals(name);
  }
  release.mapped().completion(std::move(result));
}

std::optional<TimePoint> Registrar::next_renewal(const P2PName& name) const {
  const auto found = renewals_.find(name);
  if (found == renewals_.end()) return std::nullopt;
  return found->second.due;
}

Duration Registrar::until_renewal() const {
  const Duration every = environment_.limits.renew_every;
  const auto spread = std::chrono::duration_cast<Duration>(every * renewal_jitter);
  return environment_.random.between(every - spread, every + spread);
}

void Registrar::schedule_renewal(const P2PName& name, Duration delay) {
  Renewal& renewal = renewals_[name];
  renewal.due = environment_.timers.now() + delay;
  renewal.timer = environment_.timers.after(delay, [this, name] { renew(name); });
}

/// A write that ended without success had taken the renewal's place.
void Registrar::resume_renewals(const P2PName& name) {
  if (environment_.owned.find(name)) schedule_renewal(name, renewal_retry);
}

void Registrar::renew(const P2PName& due) {
  const P2PName name = due;
  const OwnedName* owned = environment_.owned.find(name);
  P2PNS_ASSERT(owned != nullptr);
  renewals_[name].operation =
      environment_.dht.renew(next_binding(name, &owned->binding), environment_.owner,
                             [this, name](Result<dht::PutReceipt> receipt) { on_renewed(name, std::move(receipt)); });
}

void Registrar::on_renewed(const P2PName& renewed, Result<dht::PutReceipt> receipt) {
  const P2PName name = renewed;
  OwnedName owned = *environment_.owned.find(name);
  if (receipt) {
    if (const auto binding = dht::decode_binding(receipt->record.bytes())) owned.binding = *binding;
    environment_.owned.put(name, std::move(owned));
    return schedule_renewal(name, until_renewal());
  }
  if (receipt.error() == Errc::stale_sequence) {
    renewals_[name].operation =
        environment_.dht.get(dht::name_position(name.zone, name.label, 0), dht::RecordType::binding, dht::read_time_out,
                             [this, name](const dht::ReadResult& result) { on_newer_binding(name, result); });
    return;
  }
  // The lease decides, not the word of some replicas: until it ends, the name is ours and we go on trying.
  const bool lost = receipt.error() == Errc::name_taken && owned.binding.not_after < environment_.wall_clock.now();
  if (lost) return give_up(name, "another owner holds it, and our lease is over");
  environment_.log.write(Severity::warning,
                         "lease of " + to_string(name) + " not renewed: " + receipt.error().message());
  schedule_renewal(name, renewal_retry);
}

/// Somebody with the owner's key stored a newer binding: this node before a restart, or another node of the owner.
void Registrar::on_newer_binding(const P2PName& renewed, const dht::ReadResult& result) {
  const P2PName name = renewed;
  const auto binding = !result.error && result.record ? dht::decode_binding(result.record->bytes())
                                                      : Result<dht::Binding>{Errc::no_such_name};
  if (!binding || binding->owner != environment_.owner.public_key()) return schedule_renewal(name, renewal_retry);
  if (binding->node != environment_.node) return give_up(name, "its owner moved it to another node");
  OwnedName owned = *environment_.owned.find(name);
  owned.binding = *binding;
  environment_.owned.put(name, std::move(owned));
  schedule_renewal(name, Duration{0});
}

void Registrar::give_up(const P2PName& name, std::string_view why) {
  environment_.log.write(Severity::warning, to_string(name) + " is no longer served here: " + std::string{why});
  environment_.owned.remove(name);
  environment_.cache.forget(name);
  renewals_.erase(name);
}

}  // namespace p2pns::names
