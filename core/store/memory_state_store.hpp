// MemoryStateStore: forgets everything with its process. For the simulator, tests, and nodes that keep nothing.
#pragma once

#include <map>

#include "core/base/state_store.hpp"
#include "core/base/timer_queue.hpp"

namespace p2pns::store {

class MemoryStateStore final : public StateStore {
 public:
  /// `timers` outlives the store; completions are posted to it. What is put is loaded at once.
  explicit MemoryStateStore(TimerQueue& timers, std::size_t entries_maximum = state_entries_maximum)
      : timers_(timers), entries_maximum_(entries_maximum) {}

  Operation put(StateTable, ByteVector key, ByteVector value, Callback<void(Result<void>)>) override;
  Operation remove(StateTable, ByteVector key, Callback<void(Result<void>)>) override;
  std::vector<StateEntry> load(StateTable) const override;
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  Result<void> insert(StateTable, ByteVector key, ByteVector value);
  Operation complete(const Result<void>&, Callback<void(Result<void>)>);

  TimerQueue& timers_;
  std::size_t entries_maximum_;
  std::map<std::pair<StateTable, ByteVector>, ByteVector> entries_;
};

}  // namespace p2pns::store
