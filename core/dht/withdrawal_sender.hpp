// WithdrawalSender: brings signed withdrawals to replicas, in the background and with patience. A claim that lost goes
// on at once; what it left behind must disappear also where a datagram was lost.
#pragma once

#include <list>

#include "core/dht/replica_client.hpp"

namespace p2pns::dht {

/// Tries per replica (each is transmitted twice by the channel): at 5 % loss one in ten million stays.
inline constexpr int withdrawal_tries = 3;
inline constexpr Duration withdrawal_pause = std::chrono::seconds{1};
/// Withdrawals under way at once; one more is not sent, and its lease ends it.
inline constexpr std::size_t withdrawals_under_way_maximum = 256;
/// Once a majority has acknowledged: how long the others may take before the sender's caller is told.
inline constexpr Duration straggler_wait = std::chrono::milliseconds{300};

class WithdrawalSender {
 public:
  WithdrawalSender(ReplicaClient& client, TimerQueue& timers) : client_(client), timers_(timers) {}

  /// `told` (may be null) runs once, later: with the number of replicas that acknowledged, when a majority has and
  /// straggler_wait is over, or when nobody is left to wait for. The sending goes on after that.
  void send(std::vector<ReplicaTarget>, SignedRecord withdrawal, Callback<void(std::size_t)> told);
  std::size_t under_way() const noexcept { return jobs_.size(); }

 private:
  struct Receiver {
    ReplicaTarget target;
    int tries = 0;
    Operation call;
    Timer pause;
  };
  struct Job {
    SignedRecord withdrawal;
    std::vector<Receiver> receivers;
    Callback<void(std::size_t)> told;
    std::size_t acknowledged = 0;
    std::size_t open = 0;
    Timer stragglers;
  };
  using Jobs = std::list<Job>;

  void try_once(Jobs::iterator, std::size_t index);
  void on_answer(Jobs::iterator, std::size_t index, bool withdrawn);
  void tell(Jobs::iterator);

  ReplicaClient& client_;
  TimerQueue& timers_;
  Jobs jobs_;
};

}  // namespace p2pns::dht
