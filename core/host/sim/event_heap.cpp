#include "core/host/sim/event_heap.hpp"

#include <algorithm>

namespace p2pns::host {
namespace {

bool later(const Event& left, const Event& right) {
  return left.at != right.at ? left.at > right.at : left.sequence > right.sequence;
}

}  // namespace

void EventHeap::push(Event event) {
  event.sequence = next_sequence_++;
  heap_.push_back(std::move(event));
  std::ranges::push_heap(heap_, later);
}

Event EventHeap::pop() {
  std::ranges::pop_heap(heap_, later);
  Event event = std::move(heap_.back());
  heap_.pop_back();
  return event;
}

}  // namespace p2pns::host
