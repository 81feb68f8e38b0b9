#include "core/names/hip_names.hpp"

#include <algorithm>

#include "core/names/answer_later.hpp"

namespace p2pns::names {
namespace {

/// Two steps one after the other under one Operation: the second takes the place of the first.
struct Chain {
  Operation step;
};

template <class Answer, class Question>
std::shared_ptr<const Answer> turned_away(TimePoint now, const Question& question, Question Answer::*member) {
  auto answer = std::make_shared<Answer>();
  answer.get()->*member = question;
  answer->outcome = decltype(answer->outcome)::not_reachable;
  answer->expires = now;
  return answer;
}

}  // namespace

HipNames::HipNames(const HipEnvironment& environment)
    : environment_(environment),
      hits_(hip_answers_maximum),
      weak_(hip_answers_maximum),
      hit_searches_(environment,
                    [this](const auto& answer) { hits_.keep(answer->hit, answer, environment_.timers.now()); }),
      weak_searches_(environment,
                     [this](const auto& answer) { weak_.keep(answer->key, answer, environment_.timers.now()); }) {}

void HipNames::forget(const crypto::Hit& hit) {
  hits_.forget(hit);
  hit_searches_.outdate(hit);
}

void HipNames::forget(const Key& key) {
  weak_.forget(key);
  weak_searches_.outdate(key);
}

Operation HipNames::publish_hit(ByteVector signed_bytes, Callback<void(Result<HitReceipt>)> callback) {
  TimerQueue& timers = environment_.timers;
  auto statement = dht::decode_hit_statement(signed_bytes);
  if (!statement) return detail::answer_later<Result<HitReceipt>>(timers, std::move(callback), statement.error());
  return environment_.dht.publish(
      {dht::RecordType::host_identity, std::move(signed_bytes)},
      [this, statement = std::move(*statement), started = timers.now(),
       callback = std::move(callback)](const Result<dht::Tally>& tally) mutable {
        forget(statement.hit);
        if (!tally) return callback(tally.error());
        callback(HitReceipt{std::move(statement), *tally, environment_.timers.now() - started});
      });
}

Operation HipNames::find_hit(const crypto::Hit& hit, Callback<void(std::shared_ptr<const HitAnswer>)> callback) {
  using Answer = std::shared_ptr<const HitAnswer>;
  const TimePoint now = environment_.timers.now();
  if (Answer known = hits_.find(hit, now))
    return detail::answer_later(environment_.timers, std::move(callback), std::move(known));
  if (!hit_searches_.has_room_for(hit))
    return detail::answer_later(environment_.timers, std::move(callback),
                                turned_away<HitAnswer>(now, hit, &HitAnswer::hit));
  return hit_searches_.ask(hit, std::move(callback));
}

Operation HipNames::find_weak(const Key& key, Callback<void(std::shared_ptr<const WeakAnswer>)> callback) {
  using Answer = std::shared_ptr<const WeakAnswer>;
  const TimePoint now = environment_.timers.now();
  if (Answer known = weak_.find(key, now))
    return detail::answer_later(environment_.timers, std::move(callback), std::move(known));
  if (!weak_searches_.has_room_for(key))
    return detail::answer_later(environment_.timers, std::move(callback),
                                turned_away<WeakAnswer>(now, key, &WeakAnswer::key));
  return weak_searches_.ask(key, std::move(callback));
}

std::uint64_t HipNames::next_sequence(std::uint64_t above) {
  const auto now = environment_.wall_clock.now().time_since_epoch().count();
  last_sequence_ =
      std::max({static_cast<std::uint64_t>(std::max<std::int64_t>(now, 1)), last_sequence_ + 1, above + 1});
  return last_sequence_;
}

dht::WeakStatement HipNames::own_statement(const Key& key) const {
  dht::WeakStatement statement;
  statement.key = key;
  statement.node_key = environment_.node.public_key();
  statement.puzzle = environment_.node.puzzle();
  return statement;
}

Result<dht::SignedRecord> HipNames::record_of(WeakPut put, std::uint64_t above) {
  dht::WeakStatement statement = own_statement(put.key);
  statement.sequence = next_sequence(above);
  const auto life = std::min<Duration>(put.life, dht::hip_lease_maximum);
  statement.not_after = environment_.wall_clock.now() + std::chrono::duration_cast<std::chrono::milliseconds>(life);
  statement.secret_hash = put.secret_hash;
  statement.value = std::move(put.value);
  return dht::sign(statement, environment_.node, environment_.network);
}

Operation HipNames::put_weak(WeakPut put, Callback<void(Result<dht::Tally>)> callback) {
  const auto refuse = [&](const boost::system::error_code& error) {
    return detail::answer_later<Result<dht::Tally>>(environment_.timers, std::move(callback), error);
  };
  if (put.value.empty() || put.life <= Duration{0}) return refuse(Errc::malformed);
  const Key key = put.key;
  if (put.only_with_its_secret) {
    auto make = [this, put = std::move(put)](const dht::GatherResult& found) { return replacement_of(put, found); };
    return change_weak(key, std::move(make), std::move(callback));
  }
  auto record = record_of(std::move(put));
  if (!record) return refuse(record.error());
  return environment_.dht.publish(std::move(*record),
                                  [this, key, callback = std::move(callback)](Result<dht::Tally> tally) {
                                    forget(key);
                                    callback(std::move(tally));
                                  });
}

std::optional<dht::WeakStatement> HipNames::own_value_in(const dht::GatherResult& found, const Key& key) const {
  for (const dht::VerifiedRecord& record : found.records) {
    auto statement = dht::decode_weak_statement(record.bytes());
    const bool own = statement && statement->key == key && statement->node_key == environment_.node.public_key();
    if (own && !statement->value.empty()) return std::move(*statement);
  }
  return std::nullopt;
}

Result<dht::SignedRecord> HipNames::replacement_of(const WeakPut& put, const dht::GatherResult& found) {
  if (found.error) return found.error;
  const auto old = own_value_in(found, put.key);
  if (old && old->secret_hash && old->secret_hash != put.secret_hash) return Errc::refused;
  return record_of(put, old ? old->sequence : 0);
}

Result<dht::SignedRecord> HipNames::removal_of(const WeakRemoval& removal, const dht::GatherResult& found) {
  if (found.error) return found.error;
  const auto old = own_value_in(found, removal.key);
  if (!old || crypto::sha1(old->value) != removal.value_hash) return Errc::no_such_name;
  if (!old->secret_hash || crypto::sha1(removal.secret) != *old->secret_hash) return Errc::refused;
  dht::WeakStatement gone = own_statement(removal.key);
  gone.sequence = next_sequence(old->sequence);
  gone.not_after = old->not_after;  // so long the value could be put again by somebody who kept its bytes
  return dht::sign(gone, environment_.node, environment_.network);
}

Operation HipNames::change_weak(const Key& key, Callback<Result<dht::SignedRecord>(const dht::GatherResult&)> make,
                                Callback<void(Result<dht::Tally>)> callback) {
  auto [operation, completion] = start_operation<Result<dht::Tally>>(std::move(callback));
  const auto chain = std::make_shared<Chain>();  // shared by both steps; whoever asked may give up in either
  const auto done = std::make_shared<Completion<Result<dht::Tally>>>(std::move(completion));
  done->on_cancel([chain] { chain->step.cancel(); });
  const auto on_stored = [this, key, done](const Result<dht::Tally>& tally) {
    forget(key);
    (*done)(tally);
  };
  auto on_found = [this, make = std::move(make), done, on_stored,
                   link = std::weak_ptr{chain}](const dht::GatherResult& found) {
    auto record = make(found);
    if (!record) return (*done)(record.error());
    if (const auto alive = link.lock()) alive->step = environment_.dht.publish(std::move(*record), on_stored);
  };
  chain->step = environment_.dht.gather(dht::hip_position(key), {dht::weak_type_of(key, environment_.node.node_id())},
                                        environment_.time_out, std::move(on_found));
  return std::move(operation);
}

Operation HipNames::remove_weak(WeakRemoval removal, Callback<void(Result<void>)> callback) {
  const Key key = removal.key;
  auto make = [this, removal = std::move(removal)](const dht::GatherResult& found) {
    return removal_of(removal, found);
  };
  auto on_removed = [callback = std::move(callback)](const Result<dht::Tally>& tally) {
    callback(tally ? Result<void>{} : Result<void>{tally.error()});
  };
  return change_weak(key, std::move(make), std::move(on_removed));
}

}  // namespace p2pns::names
