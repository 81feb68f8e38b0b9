// TargetContact: the calls of a NODE lookup to the node it looks for. Whatever is named as its address is tried; only
// an answer under its key ends the search, so a wrong address costs time and nothing else.
#pragma once

#include <list>
#include <vector>

#include "core/base/timer_queue.hpp"
#include "core/kbr/key_based_routing.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::kbr {

/// Addresses tried in one lookup. Every answer names one or two; liars that come first must not use up all tries.
inline constexpr std::size_t target_addresses_maximum = 8;
/// Tried at once; further ones wait for a failure.
inline constexpr std::size_t target_calls_maximum = wire::endpoints_per_node_maximum;

class TargetContact {
 public:
  using Settled = Callback<void(Result<rpc::Answer>)>;

  TargetContact(rpc::RpcChannel&, TimerQueue&);
  /// `request`: what to ask the target. Both callbacks may destroy this object; `settled` runs after every call,
  /// `slow` when a call takes longer than `hedge`.
  void start(LookupRequest request, Duration hedge, Settled settled, Callback<void()> slow);
  /// A node with the target's id was named: new addresses of it are tried.
  void offer(const NodeHandle&);
  /// A call is under way that is not late yet.
  bool promising() const noexcept;
  bool busy() const noexcept { return calls_under_way_ > 0; }
  /// One hop per call, those under way included.
  std::vector<LookupHop> hops(TimePoint lookup_started) const;

 private:
  struct Attempt {
    NodeHandle to;  // one address
    TimePoint started{};
    Duration took{0};
    bool launched = false;
    bool settled = false;
    bool answered = false;
    bool slow = false;
    int calls_under_way = 0;
    Operation call;
    Operation second_call;  // once late: at 2 % loss one call in 600 fails although the target lives
    Timer hedge;
  };
  void launch_waiting();
  void launch(Attempt&);
  Operation call(Attempt&);
  void on_answer(Attempt&, Result<rpc::Answer>);

  rpc::RpcChannel& channel_;
  TimerQueue& timers_;
  LookupRequest request_;
  Duration hedge_{0};
  Settled settled_;
  Callback<void()> slow_;
  std::list<Attempt> attempts_;
  std::size_t calls_under_way_ = 0;
};

}  // namespace p2pns::kbr
