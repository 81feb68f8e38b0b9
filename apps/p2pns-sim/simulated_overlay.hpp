// SimulatedOverlay: what all scenarios begin with: nodes that join by protocol, and names of theirs.
#pragma once

#include <functional>
#include <string>

#include "core/host/sim/simulation.hpp"

namespace p2pns::sim {

using ScenarioProgress = std::function<void(const std::string&)>;

class SimulatedOverlay {
 public:
  /// `progress` outlives the object.
  SimulatedOverlay(std::uint64_t seed, double loss, const ScenarioProgress& progress);

  host::Simulation& simulation() noexcept { return simulation_; }
  /// Starts nodes at this rate, each with three random seeds, and waits until all have joined. Returns how long after
  /// the last start that was.
  Duration join(std::size_t nodes, double rate_per_s);
  /// Starts one more node.
  std::uint32_t add_node();
  /// Live nodes that have joined.
  std::size_t joined() const;
  std::uint64_t dht_writes() const;

  names::P2PName name_of(std::size_t index) const {
    return {names::NameKind::label, "p2p", "name" + std::to_string(index)};
  }
  Key position_of(std::size_t index) const { return dht::name_position("p2p", name_of(index).label, 0); }
  /// All nodes that live, nearest to the key first.
  std::vector<std::uint32_t> nearest(const Key&) const;

  /// Registers names 0 to `count` - 1, one after the other; returns how many succeeded. `publishes`: the owner leaves a
  /// copy of its records with the replicas.
  std::size_t register_names(std::size_t count, const std::function<std::uint32_t(std::size_t name)>& owner_of,
                             const std::function<bool(std::size_t name)>& publishes);
  using OnAnswer = std::function<void(std::size_t name, const names::NameAnswer&, Duration took)>;
  /// Resolves names 0 to `count` - 1 with cold caches, each at a random live node that has joined: one that has not
  /// would only say so.
  void resolve_names(std::size_t count, const OnAnswer& on_answer);

 private:
  class QuietLog final : public Log {
   public:
    void write(Severity, std::string_view) override {}
    bool enabled(Severity) const override { return false; }
  };
  /// Starts `count` operations, a short while after each other, and goes on until all have ended.
  void spread(std::size_t count, const std::function<void(std::size_t)>& start, const std::string& verb);
  std::uint32_t any_live_node();
  std::uint32_t any_joined_node();

  const ScenarioProgress& progress_;
  QuietLog log_;
  host::Simulation simulation_;
  std::size_t ended_ = 0;
  std::size_t registered_ = 0;
};

}  // namespace p2pns::sim
