// The overlay scenario at a tenth of its size, and the promise that makes every failure repeatable: same seed, same
// trace.
#include <cstdlib>
#include <gmock/gmock.h>
#include <iostream>
#include <random>

#include "apps/p2pns-sim/overlay_scenario.hpp"

namespace p2pns::sim {
namespace {

std::uint64_t fresh_seed() {
  const char* given = std::getenv("P2PNS_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "P2PNS_SEED=" << seed << '\n';
  return seed;
}

OverlayReport run_quietly(const OverlayScenario& scenario) {
  return run(scenario, [](const std::string&) {});
}

TEST(OverlaySimulation, EveryNameResolvesWithTwoPercentLoss) {
  const OverlayScenario scenario{.nodes = 100, .names = 100, .loss = 0.02, .seed = fresh_seed()};
  const OverlayReport report = run_quietly(scenario);
  std::cout << to_text(scenario, report);
  EXPECT_EQ(report.joined, scenario.nodes);
  EXPECT_EQ(report.registered, scenario.names);
  EXPECT_EQ(report.resolved, scenario.names);
  EXPECT_LE(report.contacts_asked.mean, 30.0);
}

TEST(OverlaySimulation, SameSeedGivesTheSameTraceAndAnotherSeedAnother) {
  const OverlayScenario scenario{.nodes = 30, .names = 10, .loss = 0.02, .seed = fresh_seed()};
  OverlayScenario other = scenario;
  ++other.seed;
  const OverlayReport first = run_quietly(scenario);
  EXPECT_EQ(first.trace_hash, run_quietly(scenario).trace_hash);
  EXPECT_NE(first.trace_hash, run_quietly(other).trace_hash);
  EXPECT_GT(first.datagrams, 0U);
}

TEST(OverlaySimulation, WorksFromOneNodeUpwards) {
  for (const std::size_t nodes : {1U, 2U, 3U, 5U, 17U}) {
    const OverlayScenario scenario{.nodes = nodes, .names = nodes, .loss = 0, .seed = fresh_seed()};
    const OverlayReport report = run_quietly(scenario);
    EXPECT_EQ(report.joined, nodes);
    EXPECT_EQ(report.resolved, nodes) << nodes << " nodes";
    EXPECT_EQ(report.writes_per_registration, static_cast<double>(std::min<std::size_t>(nodes, 16)));
  }
}

}  // namespace
}  // namespace p2pns::sim
