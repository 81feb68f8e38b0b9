#include "apps/p2pns-sim/simulated_overlay.hpp"

#include <algorithm>

namespace p2pns::sim {
namespace {

host::SimulationConfig configure(std::uint64_t seed, double loss) {
  host::SimulationConfig config;
  config.seed = seed;
  config.network.loss = loss;
  config.node.network.network_id = "p2pns-sim";
  config.node.network.puzzles = {6, 6};
  return config;
}

}  // namespace

SimulatedOverlay::SimulatedOverlay(std::uint64_t seed, double loss, const ScenarioProgress& progress)
    : progress_(progress), simulation_(configure(seed, loss), log_) {}

std::uint32_t SimulatedOverlay::any_live_node() {
  for (;;) {
    const auto node = static_cast<std::uint32_t>(simulation_.random().below(simulation_.size()));
    if (simulation_.alive(node)) return node;
  }
}

std::uint32_t SimulatedOverlay::any_joined_node() {
  for (;;) {
    const std::uint32_t node = any_live_node();
    if (simulation_.node(node).routing().joined()) return node;
  }
}

std::uint32_t SimulatedOverlay::add_node() {
  std::vector<Endpoint> seeds;
  for (int seed = 0; seed < 3 && simulation_.size() > 0; ++seed) seeds.push_back(simulation_.endpoint(any_live_node()));
  return simulation_.add_node(seeds);
}

Duration SimulatedOverlay::join(std::size_t nodes, double rate_per_s) {
  const Duration pause{static_cast<std::int64_t>(1e6 / rate_per_s)};
  for (std::size_t i = 0; i < nodes; ++i) {
    add_node();
    simulation_.run_for(pause);
    if ((i + 1) % 100 == 0) progress_(std::to_string(i + 1) + " nodes started");
  }
  const TimePoint last_started = simulation_.now();
  simulation_.run_until([this, nodes] { return joined() == nodes; }, std::chrono::minutes{5});
  progress_(std::to_string(joined()) + " nodes joined");
  return simulation_.now() - last_started;
}

std::size_t SimulatedOverlay::joined() const {
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < simulation_.size(); ++i)
    count += simulation_.alive(i) && simulation_.node(i).names().status().joined ? 1 : 0;
  return count;
}

std::uint64_t SimulatedOverlay::dht_writes() const {
  std::uint64_t writes = 0;
  for (std::uint32_t i = 0; i < simulation_.size(); ++i) writes += simulation_.node(i).names().status().dht_writes;
  return writes;
}

std::vector<std::uint32_t> SimulatedOverlay::nearest(const Key& key) const {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t i = 0; i < simulation_.size(); ++i)
    if (simulation_.alive(i)) nodes.push_back(i);
  std::ranges::sort(nodes, [&](std::uint32_t left, std::uint32_t right) {
    return closer(key, simulation_.node(left).routing().self(), simulation_.node(right).routing().self());
  });
  return nodes;
}

void SimulatedOverlay::spread(std::size_t count, const std::function<void(std::size_t)>& start,
                              const std::string& verb) {
  ended_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    start(i);
    simulation_.run_for(std::chrono::milliseconds{20});
    if ((i + 1) % 250 == 0) progress_(std::to_string(i + 1) + " names " + verb);
  }
  simulation_.run_until([this, count] { return ended_ == count; }, std::chrono::minutes{2});
}

std::size_t SimulatedOverlay::register_names(std::size_t count,
                                             const std::function<std::uint32_t(std::size_t)>& owner_of,
                                             const std::function<bool(std::size_t)>& publishes) {
  registered_ = 0;
  const auto start = [&](std::size_t i) {
    simulation_.with_names(owner_of(i), [&](names::NameService& service) {
      names::Registration registration{name_of(i), {{"", 1, 300, ByteVector(4, std::byte{10})}}};
      registration.publish = publishes(i);
      service
          .register_name(std::move(registration),
                         [this](Result<names::Receipt> receipt) {
                           ++ended_;
                           if (receipt) ++registered_;
                         })
          .detach();
    });
  };
  spread(count, start, "registered");
  return registered_;
}

void SimulatedOverlay::resolve_names(std::size_t count, const OnAnswer& on_answer) {
  const auto start = [&](std::size_t i) {
    const TimePoint started = simulation_.now();
    simulation_.with_names(any_joined_node(), [&, i, started](names::NameService& service) {
      service
          .resolve({name_of(i), true},
                   [this, on_answer, i, started](std::shared_ptr<const names::NameAnswer> answer) {
                     ++ended_;
                     on_answer(i, *answer, simulation_.now() - started);
                   })
          .detach();
    });
  };
  spread(count, start, "resolved");
}

}  // namespace p2pns::sim
