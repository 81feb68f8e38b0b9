#include "core/store/memory_record_store.hpp"

namespace p2pns::store {

using dht::RecordType;
using dht::VerifiedRecord;

Operation MemoryRecordStore::put(VerifiedRecord record, Callback<void(Result<void>)> callback) {
  return complete(insert(std::move(record)), std::move(callback));
}

Result<void> MemoryRecordStore::insert(VerifiedRecord record) {
  const Place place{record.key(), record.type()};
  const auto known = records_.find(place);
  const std::size_t replaced_bytes = known == records_.end() ? 0 : known->second.bytes().size();
  if (known == records_.end() && records_.size() >= limits_.records) return Errc::overloaded;
  if (size_bytes_ - replaced_bytes + record.bytes().size() > limits_.bytes) return Errc::overloaded;
  if (known != records_.end()) erase(known);
  size_bytes_ += record.bytes().size();
  by_end_.emplace(record.not_after(), place);
  records_.emplace(place, std::move(record));
  return {};
}

void MemoryRecordStore::erase(Records::iterator record) {
  size_bytes_ -= record->second.bytes().size();
  by_end_.erase({record->second.not_after(), record->first});
  records_.erase(record);
}

std::optional<VerifiedRecord> MemoryRecordStore::find(const Key& key, RecordType type) const {
  const auto known = records_.find({key, type});
  return known == records_.end() ? std::nullopt : std::optional{known->second};
}

Operation MemoryRecordStore::remove(const Key& key, RecordType type, Callback<void(Result<void>)> callback) {
  if (const auto known = records_.find({key, type}); known != records_.end()) erase(known);
  return complete({}, std::move(callback));
}

dht::ScanPage MemoryRecordStore::scan(const dht::KeyRange& range, const std::optional<dht::RecordPlace>& after,
                                      std::size_t maximum) const {
  const auto from = after ? records_.upper_bound(*after) : records_.lower_bound({range.from, RecordType{}});
  const auto to = records_.lower_bound({range.to, RecordType{}});
  dht::ScanPage page;
  const auto take = [&page, maximum](auto first, auto last) {
    for (; first != last && page.records.size() < maximum; ++first) {
      page.records.push_back(first->second);
      page.last = first->first;
    }
    return first == last;
  };
  // Of a range that wraps around, the part from the beginning of the keys comes second.
  const bool wraps = range.to <= range.from;
  const bool in_second_part = wraps && after && after->key < range.from;
  bool complete = wraps && !in_second_part ? take(from, records_.end()) : take(from, to);
  if (complete && wraps && !in_second_part) complete = take(records_.begin(), to);
  if (complete) page.last.reset();
  return page;
}

void MemoryRecordStore::expire(UnixTime now) {
  while (!by_end_.empty() && by_end_.begin()->first < now) erase(records_.find(by_end_.begin()->second));
}

Operation MemoryRecordStore::complete(const Result<void>& result, Callback<void(Result<void>)> callback) {
  auto [operation, completion] = start_operation<Result<void>>(std::move(callback));
  timers_.post([done = std::move(completion), result]() mutable { done(result); });
  return std::move(operation);
}

}  // namespace p2pns::store
