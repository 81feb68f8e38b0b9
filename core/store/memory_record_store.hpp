// MemoryRecordStore: records in memory, ordered by key. For the simulator, tests, and nodes that keep nothing.
#pragma once

#include <map>
#include <set>

#include "core/base/timer_queue.hpp"
#include "core/dht/record_store.hpp"

namespace p2pns::store {

struct MemoryLimits {
  /// The 24 nearest of 10,000 nodes store 2.4 per mille of all names: room for 40 million names.
  std::size_t records = 100'000;
  /// Of encoded records; about twice as much in memory.
  std::size_t bytes = 64U << 20U;
};

class MemoryRecordStore final : public dht::RecordStore {
 public:
  /// `timers` outlives the store; completions are posted to it. What is put is found at once.
  explicit MemoryRecordStore(TimerQueue& timers, MemoryLimits limits = {}) : timers_(timers), limits_(limits) {}

  Operation put(dht::VerifiedRecord, Callback<void(Result<void>)>) override;
  std::optional<dht::VerifiedRecord> find(const Key&, dht::RecordType) const override;
  Operation remove(const Key&, dht::RecordType, Callback<void(Result<void>)>) override;
  dht::ScanPage scan(const dht::KeyRange&, const std::optional<dht::RecordPlace>& after,
                     std::size_t maximum) const override;
  void expire(UnixTime now) override;
  std::size_t size() const override { return records_.size(); }
  std::size_t size_bytes() const noexcept { return size_bytes_; }

 private:
  using Place = dht::RecordPlace;
  using Records = std::map<Place, dht::VerifiedRecord>;

  Result<void> insert(dht::VerifiedRecord);
  void erase(Records::iterator);
  Operation complete(const Result<void>&, Callback<void(Result<void>)>);

  TimerQueue& timers_;
  MemoryLimits limits_;
  Records records_;
  std::set<std::pair<UnixTime, Place>> by_end_;
  std::size_t size_bytes_ = 0;
};

}  // namespace p2pns::store
