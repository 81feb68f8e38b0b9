// DisjointPathLookup: S/Kademlia's lookup over d disjoint paths (Baumgart & Mies 2007, section 4.4). The k nearest own
// contacts are dealt to d paths; every path asks the nearest node it was told of, no node is asked on two paths. When
// all have reached the target's neighbourhood, the siblings that any of them heard of are asked in parallel.
#pragma once

#include "core/kbr/lookup.hpp"

namespace p2pns::kbr {

/// Every step of an honest path halves the distance at least once, mostly four times: enough for 2^24 nodes.
inline constexpr std::size_t path_steps_maximum = 24;
inline constexpr std::size_t disjoint_paths_maximum = 16;  // as many as there are seeds

class DisjointPathLookup final : public Lookup {
 public:
  using Lookup::Lookup;

 private:
  struct Path {
    std::vector<PoolIndex> known;
    std::optional<PoolIndex> best;  // nearest one that answered
    std::size_t steps = 0;
    bool over = false;
  };

  void begin(const std::vector<PoolIndex>& seeds) override;
  bool advance() override;
  void on_answer(PoolIndex responder, const std::vector<PoolIndex>& named) override;
  void step(Path&, std::size_t number);
  bool reached_neighbourhood(const Path&, PoolIndex responder);

  std::vector<Path> paths_;
};

}  // namespace p2pns::kbr
