#include "core/store/memory_state_store.hpp"

namespace p2pns::store {

Operation MemoryStateStore::put(StateTable table, ByteVector key, ByteVector value,
                                Callback<void(Result<void>)> callback) {
  return complete(insert(table, std::move(key), std::move(value)), std::move(callback));
}

Result<void> MemoryStateStore::insert(StateTable table, ByteVector key, ByteVector value) {
  if (key.empty() || key.size() > state_key_maximum_bytes || value.size() > state_value_maximum_bytes)
    return Errc::too_large;
  const auto place = std::pair{table, std::move(key)};
  if (entries_.size() >= entries_maximum_ && !entries_.contains(place)) return Errc::overloaded;
  entries_.insert_or_assign(place, std::move(value));
  return {};
}

Operation MemoryStateStore::remove(StateTable table, ByteVector key, Callback<void(Result<void>)> callback) {
  entries_.erase({table, std::move(key)});
  return complete({}, std::move(callback));
}

std::vector<StateEntry> MemoryStateStore::load(StateTable table) const {
  std::vector<StateEntry> loaded;
  for (const auto& [place, value] : entries_)
    if (place.first == table) loaded.push_back({place.second, value});
  return loaded;
}

Operation MemoryStateStore::complete(const Result<void>& result, Callback<void(Result<void>)> callback) {
  auto [operation, completion] = start_operation<Result<void>>(std::move(callback));
  timers_.post([done = std::move(completion), result]() mutable { done(result); });
  return std::move(operation);
}

}  // namespace p2pns::store
