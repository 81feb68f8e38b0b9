// RecentMemory: node ids remembered for a fixed while, oldest forgotten first when it is full. Takes now as argument.
#pragma once

#include <deque>
#include <unordered_map>

#include "core/base/key.hpp"
#include "core/base/time.hpp"

namespace p2pns::kbr {

class RecentMemory {
 public:
  RecentMemory(Duration life, std::size_t maximum) : life_(life), maximum_(maximum) {}

  void remember(const NodeId& id, TimePoint now) {
    forget_old(now);
    if (entries_.size() >= maximum_) pop();
    entries_.push_back({id, now + life_});
    latest_[id] = now + life_;
  }
  bool remembers(const NodeId& id, TimePoint now) const {
    const auto found = latest_.find(id);
    return found != latest_.end() && found->second > now;
  }
  void forget(const NodeId& id) { latest_.erase(id); }
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    NodeId id;
    TimePoint until;
  };
  void forget_old(TimePoint now) {
    while (!entries_.empty() && entries_.front().until <= now) pop();
  }
  void pop() {
    const auto found = latest_.find(entries_.front().id);
    if (found != latest_.end() && found->second == entries_.front().until) latest_.erase(found);
    entries_.pop_front();
  }

  Duration life_;
  std::size_t maximum_;
  std::deque<Entry> entries_;  // one life for all: in the order of their ends
  std::unordered_map<NodeId, TimePoint> latest_;
};

}  // namespace p2pns::kbr
