#include "core/names/registrar.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/assert.hpp"
#include "core/names/answer_later.hpp"

namespace p2pns::names {
namespace {

constexpr std::string_view moved = "its owner moved it to another node";

}  // namespace

Registrar::Registrar(const RegistrarEnvironment& environment)
    : environment_(environment), publisher_({environment.dht, environment.timers, environment.owned, environment.log}) {
  resume();
}

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

OwnedName Registrar::next_owned(const Registration& registration, const dht::Binding& binding) const {
  const OwnedName* old = environment_.owned.find_newest(registration.name);
  OwnedName owned{binding, registration.records, 0, registration.publish ? Copy::published : Copy::none};
  if (!registration.publish && old && old->copy != Copy::none) owned.copy = Copy::taken_back;
  sort_records(owned.records);
  // A copy ends with the lease, so a new lease makes a new copy.
  const bool same_copy =
      old && old->copy == owned.copy && (owned.copy == Copy::none || old->binding.sequence == binding.sequence);
  const bool unchanged = same_copy && old->records == owned.records;
  owned.record_sequence = unchanged ? old->record_sequence : next_record_sequence(old ? old->record_sequence : 0);
  return owned;
}

Receipt Registrar::receipt_of(const OwnedName& owned) const {
  Receipt receipt;
  receipt.publish = owned.copy == Copy::published;
  receipt.binding = owned.binding;
  receipt.record_set = environment_.owned.set_of(owned);
  return receipt;
}

void Registrar::save(const P2PName& name, OwnedName owned, Saved saved) {
  const bool has_copy = owned.copy != Copy::none;
  environment_.owned.put(
      name, std::move(owned), [this, name, has_copy, saved = std::move(saved)](const Result<void>& written) mutable {
        environment_.cache.forget(name);
        if (!written) resume_renewals(name);
        if (!written || !has_copy) return saved(written, std::nullopt);
        publisher_.publish(name, [saved = std::move(saved)](const dht::Tally& tally) { saved(Result<void>{}, tally); });
      });
}

Operation Registrar::register_name(Registration registration, Callback<void(Result<Receipt>)> callback) {
  const OwnedName* owned = environment_.owned.find_newest(registration.name);
  const bool full = owned ? changes_.size() >= changes_maximum
                          : environment_.owned.size() + claims_.size() >= environment_.limits.owned_names_maximum;
  if (auto fine = check(registration); !fine)
    return detail::answer_later<Result<Receipt>>(environment_.timers, std::move(callback), fine.error());
  if (!owned && registration.change_only)
    return detail::answer_later<Result<Receipt>>(environment_.timers, std::move(callback), Errc::not_owner);
  if (full || busy(registration.name))
    return detail::answer_later<Result<Receipt>>(environment_.timers, std::move(callback), Errc::overloaded);
  if (owned && !lease_is_due(*owned)) return start_change(registration, *owned, std::move(callback));
  return start_claim(registration, owned, std::move(callback));
}

Operation Registrar::start_change(const Registration& registration, const OwnedName& owned,
                                  Callback<void(Result<Receipt>)> callback) {
  auto ends = start_operation<Result<Receipt>>(std::move(callback));
  const std::uint64_t number = next_change_++;
  ends.second.on_cancel([weak = std::weak_ptr{self_}, number] {
    if (const auto self = weak.lock()) (*self)->changes_.erase(number);
  });
  OwnedName next = next_owned(registration, owned.binding);
  changes_.emplace(number, Change{receipt_of(next), environment_.timers.now(), std::move(ends.second)});
  save(registration.name, std::move(next),
       [this, number](const Result<void>& written, const std::optional<dht::Tally>& copy) {
         on_changed(number, written, copy);
       });
  return std::move(ends.first);
}

void Registrar::on_changed(std::uint64_t number, const Result<void>& written, const std::optional<dht::Tally>& copy) {
  auto change = changes_.extract(number);
  if (change.empty()) return;  // the caller gave up
  Change& done = change.mapped();
  done.receipt.copy = copy;
  done.receipt.took = environment_.timers.now() - done.started;
  Result<Receipt> result = std::move(done.receipt);
  if (!written) result = written.error();
  done.completion(std::move(result));
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
  OwnedName next = next_owned(claim.registration, *stored);
  claim.receipt = receipt_of(next);
  claim.receipt->created = !claim.owned && stored->generation == 0 && stored->sequence == 1;
  claim.receipt->tally = receipt->tally;
  save(name, std::move(next), [this, name](const Result<void>& written, const std::optional<dht::Tally>& copy) {
    on_saved(P2PName{name}, written, copy);
  });
}

void Registrar::on_saved(const P2PName& name, const Result<void>& written, const std::optional<dht::Tally>& copy) {
  if (written && environment_.owned.find_newest(name)) schedule_renewal(name, until_renewal());
  const auto claim = claims_.find(name);
  // The caller may have given up, and another one be claiming the name again.
  if (claim == claims_.end() || !claim->second.receipt) return;
  if (!written) return end_claim(name, written.error());
  Receipt receipt = std::move(*claim->second.receipt);
  receipt.copy = copy;
  receipt.took = environment_.timers.now() - claim->second.started;
  end_claim(name, std::move(receipt));
}

void Registrar::end_claim(const P2PName& claimed, Result<Receipt> result) {
  const P2PName name = claimed;  // the argument dies with the callback that holds it
  auto claim = claims_.extract(name);
  // Who asked before the claim may have been told that there is no such name, or of another owner's loss.
  environment_.cache.forget(name);
  if (!result) resume_renewals(name);
  claim.mapped().completion(std::move(result));
}

Operation Registrar::release_name(const P2PName& name, Callback<void(Result<void>)> callback) {
  const OwnedName* owned = environment_.owned.find_newest(name);
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
  if (!tally) return end_release(name, tally.error());
  publisher_.forget(name);
  environment_.owned.remove(name, [this, name](const Result<void>& removed) { end_release(P2PName{name}, removed); });
}

void Registrar::end_release(const P2PName& name, const Result<void>& result) {
  environment_.cache.forget(name);
  resume_renewals(name);
  auto release = releases_.extract(name);
  if (!release.empty()) release.mapped().completion(result);
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

/// After a write that took the renewal's place, or could not be saved.
void Registrar::resume_renewals(const P2PName& name) {
  if (environment_.owned.find_newest(name))
    schedule_renewal(name, renewal_retry);
  else
    renewals_.erase(name);
}

/// Names of an earlier run: their leases go on as if there had been no restart. What is overdue waits until this node
/// has joined, and is spread, and so are the copies, which most replicas will have.
void Registrar::resume() {
  const auto names = environment_.owned.names();
  const Duration spread = restart_spacing * static_cast<Duration::rep>(names.size());
  const auto jitter = std::chrono::duration_cast<Duration>(environment_.limits.renew_every * renewal_jitter);
  for (const P2PName& name : names) {
    const OwnedName& owned = *environment_.owned.find_newest(name);
    const Duration lease_left = owned.binding.not_after - environment_.wall_clock.now();
    // A clock that is wrong at the start must not put it off for ever.
    const Duration due = std::min<Duration>(lease_left - (environment_.limits.lease - environment_.limits.renew_every),
                                            environment_.limits.renew_every) -
                         environment_.random.between(Duration{0}, jitter);
    const Duration soon = restart_pause + environment_.random.between(Duration{0}, spread);
    schedule_renewal(name, owned.binding.node == environment_.node ? std::max(due, soon) : soon);
    if (owned.copy != Copy::none) publisher_.schedule(name, soon);
  }
}

void Registrar::renew(const P2PName& due) {
  const P2PName name = due;
  const OwnedName* owned = environment_.owned.find_newest(name);
  P2PNS_ASSERT(owned != nullptr);
  renewals_[name].operation =
      environment_.dht.renew(next_binding(name, &owned->binding), environment_.owner,
                             [this, name](Result<dht::PutReceipt> receipt) { on_renewed(name, std::move(receipt)); });
}

void Registrar::on_renewed(const P2PName& renewed, Result<dht::PutReceipt> receipt) {
  const P2PName name = renewed;
  OwnedName owned = *environment_.owned.find_newest(name);
  if (receipt) {
    if (const auto binding = dht::decode_binding(receipt->record.bytes())) owned.binding = *binding;
    if (owned.copy == Copy::taken_back) owned.copy = Copy::none;
    if (owned.copy == Copy::published) owned.record_sequence = next_record_sequence(owned.record_sequence);
    schedule_renewal(name, until_renewal());
    return save_renewed(name, std::move(owned));
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
  OwnedName owned = *environment_.owned.find_newest(name);
  if (moved_away(*binding, owned.binding)) return give_up(name, moved);
  // An older one, from before the name came here: some replicas are behind.
  if (binding->node != environment_.node) return schedule_renewal(name, renewal_retry);
  owned.binding = *binding;
  schedule_renewal(name, Duration{0});
  save_renewed(name, std::move(owned));
}

/// A lease that could not be written is no loss yet: the old one is renewed again.
void Registrar::save_renewed(const P2PName& name, OwnedName owned) {
  save(name, std::move(owned), [this, name](const Result<void>& written, const std::optional<dht::Tally>&) {
    if (!written)
      environment_.log.write(Severity::warning,
                             "lease of " + to_string(name) + " not saved: " + written.error().message());
  });
}

bool Registrar::moved_away(const dht::Binding& seen, const dht::Binding& known) const {
  return seen.owner == environment_.owner.public_key() && seen.node != environment_.node &&
         std::tie(seen.generation, seen.sequence) > std::tie(known.generation, known.sequence);
}

void Registrar::on_seen(const P2PName& name, const dht::Binding& seen) {
  const OwnedName* owned = environment_.owned.find_newest(name);
  // A write under way is the owner's newest word, and tells by itself how it ended.
  if (!owned || claims_.contains(name) || releases_.contains(name)) return;
  if (moved_away(seen, owned->binding)) give_up(name, moved);
}

void Registrar::give_up(const P2PName& name, std::string_view why) {
  environment_.log.write(Severity::warning, to_string(name) + " is no longer served here: " + std::string{why});
  renewals_.erase(name);
  publisher_.forget(name);
  environment_.owned.remove(name, [this, name](const Result<void>& removed) {
    environment_.cache.forget(name);
    if (!removed)
      environment_.log.write(Severity::warning, to_string(name) + " is still stored: " + removed.error().message());
    resume_renewals(name);  // still stored, it will be given up again
  });
}

}  // namespace p2pns::names
