// A state store whose commits happen when the test says so, and fail when it says so. What was committed is what a node
// that starts again finds.
#pragma once

#include <deque>
#include <map>

#include "core/base/state_store.hpp"
#include "core/base/timer_queue.hpp"

namespace p2pns::test {

class ScriptedState final : public StateStore {
 public:
  /// `timers` outlives the store.
  explicit ScriptedState(TimerQueue& timers) : timers_(timers) {}

  Operation put(StateTable table, ByteVector key, ByteVector value, Callback<void(Result<void>)> callback) override {
    return write({table, std::move(key)}, std::move(value), std::move(callback));
  }
  Operation remove(StateTable table, ByteVector key, Callback<void(Result<void>)> callback) override {
    return write({table, std::move(key)}, std::nullopt, std::move(callback));
  }
  std::vector<StateEntry> load(StateTable table) const override {
    std::vector<StateEntry> loaded;
    for (const auto& [place, value] : entries)
      if (place.first == table) loaded.push_back({place.second, value});
    return loaded;
  }

  /// Commits the oldest write that is held back, or fails it.
  void commit(const Result<void>& result = {}) {
    Write write = std::move(held_.front());
    held_.pop_front();
    if (result && write.value) entries[write.place] = *write.value;
    if (result && !write.value) entries.erase(write.place);
    write.completion(result);
  }
  std::size_t held() const { return held_.size(); }

  using Place = std::pair<StateTable, ByteVector>;
  std::map<Place, ByteVector> entries;  ///< committed
  bool hold = false;                    ///< writes wait for commit()
  std::optional<Errc> fail;
  std::size_t writes = 0;  ///< asked for

 private:
  struct Write {
    Place place;
    std::optional<ByteVector> value;
    Completion<Result<void>> completion;
  };
  Operation write(Place place, std::optional<ByteVector> value, Callback<void(Result<void>)> callback) {
    ++writes;
    auto ends = start_operation<Result<void>>(std::move(callback));
    held_.push_back({std::move(place), std::move(value), std::move(ends.second)});
    if (!hold) timers_.post([this] { commit(fail ? Result<void>{*fail} : Result<void>{}); });
    return std::move(ends.first);
  }

  TimerQueue& timers_;
  std::deque<Write> held_;
};

}  // namespace p2pns::test
