// The replication scenario at a tenth of its size.
#include <cstdlib>
#include <gmock/gmock.h>
#include <iostream>
#include <random>

#include "apps/p2pns-sim/replication_scenario.hpp"

namespace p2pns::sim {
namespace {

std::uint64_t fresh_seed() {
  const char* given = std::getenv("P2PNS_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "P2PNS_SEED=" << seed << '\n';
  return seed;
}

ReplicationReport run_and_show(const ReplicationScenario& scenario) {
  const ReplicationReport report = run(scenario, [](const std::string& line) { std::cout << line << '\n'; });
  std::cout << to_text(scenario, report);
  return report;
}

TEST(ReplicationSimulation, NoNameIsLostWhenNodesJoinLeaveAndCrash) {
  const ReplicationScenario scenario{.nodes = 60, .names = 100, .seed = fresh_seed()};
  const ReplicationReport report = run_and_show(scenario);
  EXPECT_EQ(report.registered, scenario.names);
  EXPECT_EQ(report.resolved_while_joining, scenario.names);
  EXPECT_GT(report.newcomer_records, 0U);
  EXPECT_EQ(report.newcomer_missing, 0U);
  EXPECT_EQ(report.newcomer_wrong, 0U) << "\"no such name\" of a node that did not know yet";
  EXPECT_EQ(report.left_in_time, scenario.leaving);
  EXPECT_EQ(report.resolved_after_leaving, scenario.names);
  EXPECT_EQ(report.resolved_after_crashes, scenario.names);
  EXPECT_EQ(report.published, scenario.names / 10);
  EXPECT_EQ(report.copies_after_crashes, report.published);
  EXPECT_EQ(report.writes_after_registration, 0U) << "replication is no DHT write";
  EXPECT_LT(report.idle_bytes_per_node_s, 30.0);
}

TEST(ReplicationSimulation, SameSeedGivesTheSameTrace) {
  const ReplicationScenario scenario{
      .nodes = 30, .names = 10, .leaving = 2, .crashing = 2, .seed = fresh_seed(), .idle_minutes = 1};
  const auto quiet = [](const std::string&) {};
  EXPECT_EQ(run(scenario, quiet).trace_hash, run(scenario, quiet).trace_hash);
}

}  // namespace
}  // namespace p2pns::sim
