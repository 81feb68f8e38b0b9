#include "core/dht/claim.hpp"

#include <algorithm>

namespace p2pns::dht {

std::size_t StoreCount::taken() const noexcept {
  std::size_t sum = 0;
  for (const OwnerCount& rival : rivals) sum += rival.votes;
  return sum;
}

StoreOutcome judge_store(const StoreCount& count) noexcept {
  if (2 * count.stored > count.replicas) return StoreOutcome::won;
  std::size_t strongest = 0;
  for (const OwnerCount& rival : count.rivals) strongest = std::max(strongest, rival.votes);
  if (2 * strongest > count.replicas) return StoreOutcome::lost;
  const bool can_win = 2 * (count.stored + count.open) > count.replicas;
  const bool can_lose = 2 * (strongest + count.open) > count.replicas;
  return can_win || can_lose ? StoreOutcome::waiting : StoreOutcome::undecided;
}

Claim::Claim(const ClaimEnvironment& environment, ClaimKind kind, Binding binding, const crypto::Signer& signer,
             std::size_t disjoint_paths, TaskList& list, Completion<Result<PutReceipt>> completion)
    : TaskOf(list, std::move(completion)),
      environment_(environment),
      kind_(kind),
      binding_(std::move(binding)),
      signer_(signer),
      disjoint_paths_(disjoint_paths),
      key_(name_position(binding_.zone, binding_.label, 0)),
      started_(environment.timers.now()),
      holds_name_(kind == ClaimKind::renewal) {}

void Claim::start() { look(); }

void Claim::on_cancel() { take_back(); }

void Claim::look() {
  lookup_ = environment_.routing.lookup(key_, get_options(key_, RecordType::binding, disjoint_paths_),
                                        [this](const kbr::LookupResult& found) { on_looked_up(found); });
}

void Claim::on_looked_up(const kbr::LookupResult& found) {
  // Of replicas that a deadline cut off no majority can be counted: three of three could be three of sixteen.
  if (found.error) return finish(found.error);
  targets_ = targets_of(found);
  if (targets_.empty()) return finish(Errc::not_reachable);
  const auto votes = collect_votes(found, key_, RecordType::binding, environment_.votes);
  std::size_t own = 0;
  std::size_t others = 0;
  for (const OwnerCount& owner : count_owners(votes)) {
    if (owner.owner == binding_.owner) {
      own = owner.votes;
      continue;
    }
    if (2 * owner.votes > targets_.size()) return finish(Errc::name_taken);
    others += owner.votes;
  }
  rival_seen_ = others > 0;
  if (round_ == 0 && 2 * own >= targets_.size()) holds_name_ = true;
  if (last_look_) return finish(failure());
  if (const auto newest = newest_of(votes, binding_.owner); newest && !rise_above(*newest))
    return finish(Errc::stale_sequence);
  // Where others already stand nothing can be stored: with half of the replicas taken, a write would only disturb.
  if (2 * (targets_.size() - others) <= targets_.size()) return back_off();
  store();
}

Result<VerifiedRecord> Claim::make_record() {
  return environment_.votes.records.verify(sign(binding_, signer_, environment_.votes.network));
}

bool Claim::rise_above(const VerifiedRecord& own) {
  const auto made = make_record();
  if (!made || newer(*made, own) || *made == own) return true;
  if (kind_ == ClaimKind::renewal || own.sequence() >= claim_sequence_maximum) return false;
  binding_.generation = own.generation();
  binding_.sequence = own.sequence() + 1;
  return true;
}

void Claim::store() {
  auto record = make_record();
  if (!record) return finish(record.error());
  record_ = std::move(*record);
  newest_own_.reset();
  count_ = {};
  count_.replicas = count_.open = targets_.size();
  may_be_stored_ = true;
  const SignedRecord signed_record{record_->type(), record_->bytes()};
  stores_.clear();
  for (const ReplicaTarget& target : targets_)
    stores_.push_back(environment_.replicas.store(
        target, signed_record, [this](std::optional<wire::Stored> stored) { on_stored(std::move(stored)); }));
}

void Claim::on_stored(std::optional<wire::Stored> stored) {
  --count_.open;
  if (stored) {
    ++count_.answered;
    if (stored->verdict == wire::StoreVerdict::stored) ++count_.stored;
    if (stored->verdict == wire::StoreVerdict::full) ++count_.full;
    if (stored->verdict == wire::StoreVerdict::taken) count_taken(*stored);
    if (stored->verdict == wire::StoreVerdict::stale) count_stale(*stored);
  }
  judge();
}

void Claim::count_taken(const wire::Stored& stored) {
  const auto rival = environment_.votes.records.verify({RecordType::binding, stored.existing});
  if (!rival || rival->key() != key_ || rival->owner() == binding_.owner) {
    ++environment_.votes.counters.lies;
    return;
  }
  rival_seen_ = true;
  const auto known = std::ranges::find(count_.rivals, rival->owner(), &OwnerCount::owner);
  if (known == count_.rivals.end())
    count_.rivals.push_back({rival->owner(), 1});
  else
    ++known->votes;
}

void Claim::count_stale(const wire::Stored& stored) {
  const auto type = stored.existing.empty() ? RecordType{} : static_cast<RecordType>(stored.existing.front());
  const auto own = environment_.votes.records.verify({type, stored.existing});
  // A published set counts its versions in milliseconds: it says nothing about the binding's.
  const bool proven = own && own->type() != RecordType::record_set && own->key() == key_ &&
                      own->owner() == binding_.owner && !newer(*record_, *own);
  if (!proven) {
    ++environment_.votes.counters.lies;
    return;
  }
  if (!newest_own_ || newer(*own, *newest_own_)) newest_own_ = *own;
}

void Claim::judge() {
  switch (judge_store(count_)) {
    case StoreOutcome::waiting:
      return;
    case StoreOutcome::won:
      if (count_.open == 0) return succeed();
      if (!timer_.pending()) timer_ = environment_.timers.after(store_patience, [this] { succeed(); });
      return;
    case StoreOutcome::lost:
      return lose();
    case StoreOutcome::undecided:
      return try_again();
  }
}

void Claim::succeed() {
  PutReceipt receipt{*record_, {}, environment_.timers.now() - started_};
  receipt.tally.replicas = count_.replicas;
  receipt.tally.answered = count_.answered;
  receipt.tally.agreeing = count_.stored;
  receipt.tally.others = count_.taken();
  finish(std::move(receipt));
}

void Claim::lose() {
  take_back();
  finish(Errc::name_taken);
}

void Claim::try_again() {
  stores_.clear();
  if (newest_own_ && kind_ == ClaimKind::renewal) return finish(Errc::stale_sequence);
  if (newest_own_ && raises_ < sequence_raises_maximum) {
    ++raises_;
    if (!rise_above(*newest_own_)) return finish(Errc::stale_sequence);
    return store();  // replaces what this round has stored, so nothing is taken back
  }
  take_back();
  full_rounds_ = 2 * count_.full >= count_.replicas ? full_rounds_ + 1 : 0;
  if (full_rounds_ == full_rounds_maximum) return finish(Errc::overloaded);
  back_off();
}

void Claim::back_off() {
  const Duration ceiling =
      std::min<Duration>(back_off_ceiling, std::chrono::seconds{std::int64_t{1} << std::min(round_, 3)});
  ++round_;
  const TimePoint end = started_ + claim_life;
  TimePoint next = environment_.timers.now() + back_off_fixed + environment_.random.between(Duration{0}, ceiling);
  if (next >= end) {
    next = end;
    last_look_ = true;
  }
  timer_ = environment_.timers.at(next, [this] { look(); });
}

void Claim::take_back() {
  if (holds_name_ || !std::exchange(may_be_stored_, false)) return;
  const Withdrawal withdrawal{binding_.zone,       binding_.label,    binding_.owner,
                              binding_.generation, binding_.sequence, binding_.not_after};
  environment_.withdrawals.send(targets_, sign(withdrawal, signer_, environment_.votes.network), nullptr);
  ++binding_.sequence;
}

Errc Claim::failure() const noexcept { return rival_seen_ ? Errc::contested : Errc::timed_out; }

}  // namespace p2pns::dht
