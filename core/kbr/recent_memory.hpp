// RecentMemory: node ids remembered for a fixed while, oldest forgotten first when it is full. Takes now as argument.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>

#include "core/base/key.hpp"
#include "core/base/time.hpp"

namespace p2pns::kbr {

class RecentMemory {
 public:
  struct Memory {
    TimePoint last;
    int times = 0;  ///< without a pause as long as the memory's life
  };
  RecentMemory(Duration life, std::size_t maximum) : life_(life), maximum_(maximum) {}

  Memory remember(const NodeId& id, TimePoint now) {
    forget_old(now);
    if (entries_.size() >= maximum_) pop();
    entries_.push_back({id, now});
    Memory& memory = memories_[id];
    memory.last = now;
    ++memory.times;
    return memory;
  }
  std::optional<Memory> find(const NodeId& id, TimePoint now) const {
    const auto found = memories_.find(id);
    if (found == memories_.end() || found->second.last + life_ <= now) return std::nullopt;
    return found->second;
  }
  bool remembers(const NodeId& id, TimePoint now) const { return find(id, now).has_value(); }
  void forget(const NodeId& id) { memories_.erase(id); }
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    NodeId id;
    TimePoint at;
  };
  void forget_old(TimePoint now) {
    while (!entries_.empty() && entries_.front().at + life_ <= now) pop();
  }
  void pop() {
    const auto found = memories_.find(entries_.front().id);
    if (found != memories_.end() && found->second.last == entries_.front().at) memories_.erase(found);
    entries_.pop_front();
  }

  Duration life_;
  std::size_t maximum_;
  std::deque<Entry> entries_;  // oldest first; one life for all
  std::unordered_map<NodeId, Memory> memories_;
};

}  // namespace p2pns::kbr
