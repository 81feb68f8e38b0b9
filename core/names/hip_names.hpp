// HipNames: the part of the name service that knows Host Identity Tags: publishes and finds HIT statements, and keeps
// the values of HIP's DHT interface (RFC 6537) as weak records of this node. The contracts are NameService's.
#pragma once

#include "core/names/answer_cache.hpp"
#include "core/names/hit_search.hpp"
#include "core/names/shared_searches.hpp"

namespace p2pns::names {

class HipNames {
 public:
  explicit HipNames(const HipEnvironment&);
  HipNames(const HipNames&) = delete;
  HipNames& operator=(const HipNames&) = delete;

  Operation publish_hit(ByteVector signed_bytes, Callback<void(Result<HitReceipt>)>);
  Operation find_hit(const crypto::Hit&, Callback<void(std::shared_ptr<const HitAnswer>)>);
  std::shared_ptr<const HitAnswer> find_cached_hit(const crypto::Hit& hit, TimePoint now) const {
    return hits_.find(hit, now);
  }
  Operation put_weak(WeakPut, Callback<void(Result<dht::Tally>)>);
  Operation find_weak(const Key&, Callback<void(std::shared_ptr<const WeakAnswer>)>);
  std::shared_ptr<const WeakAnswer> find_cached_weak(const Key& key, TimePoint now) const {
    return weak_.find(key, now);
  }
  Operation remove_weak(WeakRemoval, Callback<void(Result<void>)>);

 private:
  /// After this node has published something there: what is known is of before, also what a search under way will find.
  void forget(const crypto::Hit&);
  void forget(const Key&);
  /// Milliseconds since 1970; rises with every call.
  std::uint64_t next_sequence(std::uint64_t above = 0);
  dht::WeakStatement own_statement(const Key&) const;
  /// Signed, with a sequence higher than `above`.
  Result<dht::SignedRecord> record_of(WeakPut, std::uint64_t above = 0);
  /// The value of this node.
  std::optional<dht::WeakStatement> own_value_in(const dht::GatherResult&, const Key&) const;
  /// The record that takes the place of this node's value, or why it may not.
  Result<dht::SignedRecord> replacement_of(const WeakPut&, const dht::GatherResult&);
  /// The empty record that takes the value's place, or why it may not be taken back.
  Result<dht::SignedRecord> removal_of(const WeakRemoval&, const dht::GatherResult&);
  /// Reads what stands under the key as this node's, and publishes what `make` makes of it.
  Operation change_weak(const Key&, Callback<Result<dht::SignedRecord>(const dht::GatherResult&)> make,
                        Callback<void(Result<dht::Tally>)>);

  HipEnvironment environment_;
  AnswerCache<crypto::Hit, HitAnswer> hits_;
  AnswerCache<Key, WeakAnswer> weak_;
  SharedSearches<HitSearch, HipEnvironment> hit_searches_;
  SharedSearches<WeakSearch, HipEnvironment> weak_searches_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace p2pns::names
