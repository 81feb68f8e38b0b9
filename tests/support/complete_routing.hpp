// CompleteRouting: a KeyBasedRouting without an overlay. It is told all nodes; a KEY lookup asks the nearest ones over
// the real channel, the next nearest where one is silent. What stands on top of the Common API can be tested with it
// alone, and with any answer a hostile node may give.
#pragma once

#include <list>

#include "core/kbr/key_based_routing.hpp"
#include "core/rpc/rpc_channel.hpp"

namespace p2pns::test {

class CompleteRouting final : public kbr::KeyBasedRouting {
 public:
  /// References outlive the object.
  CompleteRouting(rpc::RpcChannel& channel, TimerQueue& timers, const NodeId& self)
      : channel_(channel), timers_(timers), self_(self) {}

  /// This node itself is left out. The observer is told what changes.
  void know(const std::vector<wire::NodeHandle>& nodes);
  void set_joined(bool joined);
  /// From now on the deadline ends each lookup after so many answers.
  void cut_off_after(std::optional<std::size_t> answers) noexcept { cut_off_after_ = answers; }
  /// Lookups begun so far.
  std::size_t lookups() const noexcept { return lookups_; }

  /// KEY mode with a request only (asserted); disjoint paths do not matter where all is known.
  Operation lookup(const Key&, const kbr::LookupOptions&, Callback<void(kbr::LookupResult)>) override;
  std::vector<wire::NodeHandle> local_lookup(const Key&, std::size_t count) const override;
  std::vector<wire::NodeHandle> neighbour_set(std::size_t maximum) const override;
  bool responsible_for(const Key&, std::size_t rank) const override;
  void observe_neighbours(kbr::NeighbourObserver* observer) override { observer_ = observer; }
  const NodeId& self() const override { return self_; }
  bool joined() const override { return joined_; }

 private:
  struct Lookup {
    Key target;
    kbr::LookupOptions options;
    TimePoint started;
    std::vector<wire::NodeHandle> candidates;  // nearest first, this node included
    std::size_t next = 0;
    std::size_t open = 0;
    kbr::LookupResult result;
    std::vector<Operation> calls;
    Completion<kbr::LookupResult> completion;
  };
  using Lookups = std::list<Lookup>;

  void advance(Lookups::iterator);
  void ask(Lookups::iterator, const wire::NodeHandle&);
  void finish(Lookups::iterator);

  rpc::RpcChannel& channel_;
  TimerQueue& timers_;
  NodeId self_;
  bool joined_ = true;
  kbr::NeighbourObserver* observer_ = nullptr;
  std::optional<std::size_t> cut_off_after_;
  std::size_t lookups_ = 0;
  std::vector<wire::NodeHandle> others_;
  Lookups under_way_;
};

}  // namespace p2pns::test
