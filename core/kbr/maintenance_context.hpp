// What every part of the maintenance works with; all references outlive the parts.
#pragma once

#include "core/base/random.hpp"
#include "core/base/timer_queue.hpp"
#include "core/crypto/network.hpp"
#include "core/kbr/contacts.hpp"
#include "core/kbr/observed_address.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::kbr {

struct MaintenanceContext {
  const NodeId& self;
  rpc::RpcChannel& channel;
  TimerQueue& timers;
  Random& random;
  Log& log;
  Contacts& contacts;
  ObservedAddress& observed_address;
  KeyBasedRouting& routing;
  const crypto::PuzzleDifficulty& puzzles;
};

/// Largest answer to a ping: joined flag and an address.
inline constexpr std::size_t pong_bytes_maximum = 32;

/// The PONG in an answer; who sent it becomes a witness of this node's address. Errors: malformed.
inline Result<wire::Pong> read_pong(MaintenanceContext& context, const rpc::Answer& answer) {
  auto pong = wire::decode_pong(answer.body);
  if (pong) context.observed_address.note(answer.from, pong->observed, context.timers.now());
  return pong;
}

}  // namespace p2pns::kbr
