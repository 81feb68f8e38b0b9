// What every part of the maintenance works with; all references outlive the parts.
#pragma once

#include "core/base/random.hpp"
#include "core/base/timer_queue.hpp"
#include "core/crypto/network.hpp"
#include "core/kbr/contacts.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::kbr {

struct MaintenanceContext {
  const NodeId& self;
  rpc::RpcChannel& channel;
  TimerQueue& timers;
  Random& random;
  Log& log;
  Contacts& contacts;
  KeyBasedRouting& routing;
  const crypto::PuzzleDifficulty& puzzles;
};

/// Largest answer to a ping: joined flag and an address.
inline constexpr std::size_t pong_bytes_maximum = 32;

}  // namespace p2pns::kbr
