// EventHeap: what happens next in the simulated world, in the order (time, insertion). One heap for all nodes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/time.hpp"

namespace p2pns::host {

struct Event {
  enum class Kind : std::uint8_t { wake, deliver };
  TimePoint at{};
  std::uint64_t sequence = 0;
  Kind kind = Kind::wake;
  std::uint32_t node = 0;  ///< who is woken, or receives
  Endpoint from;           ///< deliver
  ByteVector datagram;     ///< deliver
};

class EventHeap {
 public:
  void push(Event event);
  bool empty() const noexcept { return heap_.empty(); }
  TimePoint next_time() const { return heap_.front().at; }
  Event pop();
  std::size_t size() const noexcept { return heap_.size(); }

 private:
  std::uint64_t next_sequence_ = 0;
  std::vector<Event> heap_;
};

}  // namespace p2pns::host
