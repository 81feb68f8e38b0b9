// FakeHits: the part of FakeNameService that knows HITs and the values of HIP's DHT interface: tables, no overlay. One
// value stands under a key, as of one node; a removal wants the value's hash and the secret, as the real one does.
#pragma once

#include <map>
#include <set>

#include "core/names/hit_answer.hpp"

namespace p2pns::test {

class FakeHits {
 public:
  /// What find_hit() answers for answer.hit. A HIT nobody set is unknown.
  void set(names::HitAnswer answer) {
    const crypto::Hit hit = answer.hit;
    answers_[hit] = std::make_shared<const names::HitAnswer>(std::move(answer));
  }
  /// What find_cached_hit() answers too.
  void set_cached(names::HitAnswer answer) {
    cached_.insert(answer.hit);
    set(std::move(answer));
  }
  /// What find_weak() answers for answer.key; `cached`: find_cached_weak() too.
  void set_weak(names::WeakAnswer answer, bool cached = false) {
    const Key key = answer.key;
    if (cached) cached_weak_.insert(key);
    weak_[key] = std::move(answer);
  }
  const std::map<Key, names::WeakAnswer>& weak() const noexcept { return weak_; }

  // What a test wants to see, and to choose.
  std::vector<ByteVector> publications;
  std::vector<names::WeakPut> puts;
  std::vector<names::WeakRemoval> removals;
  std::vector<Key> weak_searches;
  boost::system::error_code error;  ///< set: publish, put_weak and remove_weak fail with it
  NodeId node;                      ///< who put what put_weak() keeps

  Result<names::HitReceipt> publish(ByteVector bytes) {
    publications.push_back(bytes);
    if (error) return error;
    auto statement = dht::decode_hit_statement(bytes);
    if (!statement) return statement.error();
    names::HitAnswer answer;
    answer.outcome = statement->revoked() ? names::HitOutcome::revoked : names::HitOutcome::found;
    answer.hit = statement->hit;
    answer.statement = *statement;
    answer.addresses = statement->locators;
    answer.signed_bytes = std::move(bytes);
    answer.expires = TimePoint::max();
    set(std::move(answer));
    names::HitReceipt receipt;
    receipt.statement = std::move(*statement);
    receipt.tally = one_replica();
    return receipt;
  }
  std::shared_ptr<const names::HitAnswer> find(const crypto::Hit& hit) const {
    if (const auto known = answers_.find(hit); known != answers_.end()) return known->second;
    auto answer = std::make_shared<names::HitAnswer>();
    answer->outcome = names::HitOutcome::unknown;
    answer->hit = hit;
    return answer;
  }
  std::shared_ptr<const names::HitAnswer> find_cached(const crypto::Hit& hit) const {
    return cached_.contains(hit) ? find(hit) : nullptr;
  }
  Result<dht::Tally> put_weak(names::WeakPut put) {
    puts.push_back(put);
    if (error) return error;
    if (put.value.empty() || put.life <= Duration{0}) return Errc::malformed;
    if (put.value.size() > dht::weak_value_maximum_bytes) return Errc::too_large;
    const auto held = weak_.contains(put.key) ? secrets_[put.key] : std::nullopt;
    if (put.only_with_its_secret && held && held != put.secret_hash) return Errc::refused;
    names::WeakAnswer answer;
    answer.outcome = names::WeakOutcome::found;
    answer.key = put.key;
    answer.values.push_back({put.value, node, puts.size(), UnixTime{}, std::nullopt});
    answer.expires = TimePoint::max();
    secrets_[put.key] = put.secret_hash;
    set_weak(std::move(answer));
    return one_replica();
  }
  std::shared_ptr<const names::WeakAnswer> find_weak(const Key& key) {
    weak_searches.push_back(key);
    return weak_answer(key);
  }
  std::shared_ptr<const names::WeakAnswer> find_cached_weak(const Key& key) const {
    return cached_weak_.contains(key) ? weak_answer(key) : nullptr;
  }
  Result<void> remove_weak(const names::WeakRemoval& removal) {
    removals.push_back(removal);
    if (error) return error;
    const auto held = weak_.find(removal.key);
    if (held == weak_.end() || held->second.values.empty() ||
        crypto::sha1(held->second.values.back().value) != removal.value_hash)
      return Errc::no_such_name;
    const auto secret = secrets_.find(removal.key);
    if (secret == secrets_.end() || secret->second != crypto::sha1(removal.secret)) return Errc::refused;
    weak_.erase(held);
    return {};
  }

 private:
  static dht::Tally one_replica() {
    dht::Tally tally;
    tally.replicas = tally.answered = tally.agreeing = 1;
    return tally;
  }
  std::shared_ptr<const names::WeakAnswer> weak_answer(const Key& key) const {
    if (const auto known = weak_.find(key); known != weak_.end())
      return std::make_shared<const names::WeakAnswer>(known->second);
    auto answer = std::make_shared<names::WeakAnswer>();
    answer->outcome = names::WeakOutcome::unknown;
    answer->key = key;
    return answer;
  }

  std::map<crypto::Hit, std::shared_ptr<const names::HitAnswer>> answers_;
  std::set<crypto::Hit> cached_;
  std::map<Key, names::WeakAnswer> weak_;
  std::set<Key> cached_weak_;
  std::map<Key, std::optional<crypto::Sha1Digest>> secrets_;
};

}  // namespace p2pns::test
