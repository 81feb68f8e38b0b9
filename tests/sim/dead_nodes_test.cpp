// A quarter of an overlay dies at once, at a tenth of the size that counts. What the living own is found; what the dead
// own is shown from their published copy or told to be offline, in the time that front ends give; and when the dead
// come back with what they stored, they serve and renew as before.
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <numeric>
#include <random>
#include <set>

#include "core/host/sim/simulation.hpp"
#include "tests/support/null_log.hpp"

namespace p2pns::sim {
namespace {

using namespace std::chrono_literals;
using names::Outcome;
using names::P2PName;

constexpr std::uint32_t nodes = 100;
constexpr std::uint32_t dead_nodes = nodes / 4;
constexpr int readers_per_name = 3;
constexpr Duration front_end_patience = 4s;
/// Of the answers, while a quarter of all contacts has just died and nobody knows it yet, at 80 ms of round trip.
constexpr double share_in_patience = 0.9;
/// A name whose replicas died in such number at once is not judged: too few are left to outvote those who never had it.
constexpr std::size_t dead_replicas_maximum = kbr::siblings_per_key / 2 - 2;

std::uint64_t fresh_seed() {
  const char* given = std::getenv("P2PNS_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "P2PNS_SEED=" << seed << '\n';
  return seed;
}

host::SimulationConfig config_of(std::uint64_t seed) {
  host::SimulationConfig config;
  config.seed = seed;
  config.network.loss = 0.01;
  config.node.network.network_id = "p2pns-sim";
  config.node.network.puzzles = {6, 6};
  return config;
}

class DeadNodes : public ::testing::Test {
 protected:
  void join() {
    for (std::uint32_t i = 0; i < nodes; ++i) {
      simulation.add_node(i == 0 ? std::vector<Endpoint>{} : std::vector{simulation.endpoint(0)});
      simulation.run_for(50ms);
    }
    ASSERT_TRUE(simulation.run_until(
        [this] {
          for (std::uint32_t i = 0; i < nodes; ++i)
            if (!simulation.node(i).routing().settled()) return false;
          return true;
        },
        2min));
    simulation.run_for(30s);
  }
  static P2PName name_of(std::uint32_t owner) {
    return {names::NameKind::label, "p2p", "name" + std::to_string(owner)};
  }
  static bool publishes(std::uint32_t owner) { return owner % 2 == 0; }

  void register_all() {
    std::vector<Operation> operations(nodes);
    std::uint32_t done = 0;
    for (std::uint32_t i = 0; i < nodes; ++i) {
      names::Registration registration;
      registration.name = name_of(i);
      registration.records = {{"", 1, 300, ByteVector(4, std::byte{9})}};
      registration.publish = publishes(i);
      simulation.with_names(i, [&](names::NameService& service) {
        operations[i] = service.register_name(registration, [&, i](const Result<names::Receipt>& receipt) {
          ASSERT_TRUE(receipt) << receipt.error().message();
          EXPECT_EQ(receipt->copy.has_value(), publishes(i));
          ++done;
        });
      });
      simulation.run_for(100ms);
    }
    ASSERT_TRUE(simulation.run_until([&] { return done == nodes; }, 1min));
  }

  std::uint32_t any_living() {
    for (;;) {
      const auto node = static_cast<std::uint32_t>(simulation.random().below(nodes));
      if (!dead.contains(node)) return node;
    }
  }
  struct Seen {
    std::shared_ptr<const names::NameAnswer> answer;
    Duration took{0};
  };
  Seen resolve(std::uint32_t at, std::uint32_t owner) {
    Seen seen;
    Operation operation;
    const TimePoint started = simulation.now();
    simulation.with_names(at, [&](names::NameService& service) {
      operation = service.resolve({name_of(owner), true}, [&](auto answer) {
        seen.answer = std::move(answer);
        seen.took = simulation.now() - started;
      });
    });
    EXPECT_TRUE(simulation.run_until([&] { return seen.answer != nullptr; }, 30s));
    return seen;
  }
  std::size_t dead_replicas(std::uint32_t owner) const {
    const Key key = dht::name_position("p2p", name_of(owner).label, 0);
    std::vector<std::uint32_t> nearest(nodes);
    std::iota(nearest.begin(), nearest.end(), 0U);
    std::ranges::sort(nearest, {},
                      [&](std::uint32_t node) { return distance(simulation.node(node).routing().self(), key); });
    return static_cast<std::size_t>(std::count_if(nearest.begin(), nearest.begin() + kbr::siblings_per_key,
                                                  [this](std::uint32_t node) { return dead.contains(node); }));
  }
  void expect_all(bool back) {
    for (std::uint32_t owner = 0; owner < nodes; ++owner) {
      if (!back && dead_replicas(owner) > dead_replicas_maximum) continue;
      for (int i = 0; i < readers_per_name; ++i) {
        const std::uint32_t reader = any_living();
        const auto [answer, took] = resolve(reader, owner);
        const bool speaks = back || !dead.contains(owner);
        EXPECT_EQ(answer->outcome, speaks || publishes(owner) ? Outcome::found : Outcome::owner_offline)
            << "name " << owner << " at " << reader << ": " << to_string(answer->outcome);
        EXPECT_EQ(answer->stale, !speaks && publishes(owner)) << "name " << owner << " at " << reader;
        times.push_back(took);
      }
    }
  }

  void print_times() {
    std::ranges::sort(times);
    for (const std::size_t per_mille : {500U, 990U, 1000U}) {
      const Duration took = times[(times.size() - 1) * per_mille / 1000];
      std::cout << per_mille << " per mille of " << times.size() << " answers within "
                << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
    }
  }

  test::NullLog log;
  host::Simulation simulation{config_of(fresh_seed()), log};
  std::set<std::uint32_t> dead;
  std::vector<Duration> times;
};

TEST_F(DeadNodes, AreSpokenForByTheirCopiesUntilTheyComeBack) {
  join();
  register_all();
  while (dead.size() < dead_nodes) dead.insert(static_cast<std::uint32_t>(simulation.random().below(nodes)));
  for (const std::uint32_t node : dead) simulation.stop_node(node);
  expect_all(false);
  print_times();
  const auto in_patience = std::ranges::count_if(times, [](Duration took) { return took < front_end_patience; });
  EXPECT_GE(static_cast<double>(in_patience), share_in_patience * static_cast<double>(times.size()));
  EXPECT_GE(times.size(), std::size_t{nodes} * readers_per_name / 2) << "most names are judged";
  // Their only seed may be among them: what they stored has to do.
  for (const std::uint32_t node : dead) simulation.restart_node(node, {simulation.endpoint(0)});
  ASSERT_TRUE(simulation.run_until(
      [this] {
        return std::ranges::all_of(dead,
                                   [this](std::uint32_t node) { return simulation.node(node).routing().settled(); });
      },
      2min));
  simulation.run_for(10s);
  expect_all(true);
}

}  // namespace
}  // namespace p2pns::sim
