// Time in the core is a value handed in by the host. There is deliberately no now(): asking the time does not compile.
#pragma once

#include <chrono>
#include <cstdint>

namespace p2pns {

/// The node's steady clock (it runs through suspend); its epoch is the host's choice.
struct CoreClock {
  using rep = std::int64_t;
  using period = std::micro;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<CoreClock>;
  static constexpr bool is_steady = true;
};
using Duration = CoreClock::duration;
using TimePoint = CoreClock::time_point;

/// Wall time in milliseconds since 1970 UTC. Only for what other nodes see: not-after, UTC day, message time.
using UnixTime = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace p2pns
