// What the part of the name service that knows HITs works with, and its times. Private to core/names.
#pragma once

#include "core/base/timer_queue.hpp"
#include "core/base/wall_clock.hpp"
#include "core/crypto/identity.hpp"
#include "core/names/name_limits.hpp"
#include "core/names/name_service.hpp"

namespace p2pns::names {

/// How long an answer about a HIT is kept: a host that moves is found at its new place after this. HIP daemons wait for
/// 300 ms only, so what was asked once is answered from memory.
inline constexpr Duration hip_answer_life = std::chrono::seconds{60};
/// "Nobody has one": a host that registers is found soon after.
inline constexpr Duration hip_unknown_life = std::chrono::seconds{5};
/// HITs, and keys of the DHT interface, kept at once; about 2 kB each.
inline constexpr std::size_t hip_answers_maximum = 4096;

/// Every reference outlives its user.
struct HipEnvironment {
  NameService& names;  ///< for locate() alone
  dht::Dht& dht;
  const crypto::Identity& node;
  const crypto::NetworkParameters& network;
  TimerQueue& timers;
  const WallClock& wall_clock;
  Duration time_out;
};

/// When an answer that rests on a record with this end is to be forgotten.
TimePoint hip_expiry(const HipEnvironment&, UnixTime not_after);

}  // namespace p2pns::names
