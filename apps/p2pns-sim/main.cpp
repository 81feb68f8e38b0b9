// p2pns-sim: scenario in, report out. The nodes are those of the daemon; only time and network are simulated.
#include <CLI/CLI.hpp>
#include <iostream>

#include "apps/p2pns-sim/replication_scenario.hpp"

namespace {

int run_overlay(const p2pns::sim::OverlayScenario& scenario, bool json) {
  const auto report = p2pns::sim::run(scenario, [](const std::string& line) { std::cerr << line << '\n'; });
  std::cout << (json ? to_json(scenario, report) : to_text(scenario, report));
  const bool all =
      report.joined == scenario.nodes && report.registered == scenario.names && report.resolved == scenario.names;
  return all ? 0 : 1;
}

int run_replication(const p2pns::sim::ReplicationScenario& scenario, bool json) {
  const auto report = p2pns::sim::run(scenario, [](const std::string& line) { std::cerr << line << '\n'; });
  std::cout << (json ? to_json(scenario, report) : to_text(scenario, report));
  return passed(scenario, report) ? 0 : 1;
}

void add_common_options(CLI::App& command, std::size_t& nodes, std::size_t& names, double& loss, std::uint64_t& seed,
                        double& join_rate) {
  command.add_option("--nodes", nodes, "Nodes that join")->check(CLI::Range(1, 100'000))->capture_default_str();
  command.add_option("--names", names, "Names, one owner after the other")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command.add_option("--loss", loss, "Share of datagrams lost")->check(CLI::Range(0.0, 0.9))->capture_default_str();
  command.add_option("--seed", seed, "Same seed, same trace")->capture_default_str();
  command.add_option("--join-rate", join_rate, "Nodes started in a simulated second")
      ->check(CLI::Range(0.01, 10'000.0))
      ->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Simulates an overlay of real P2PNS nodes", "p2pns-sim"};
  app.require_subcommand(1);

  p2pns::sim::OverlayScenario scenario;
  bool json = false;
  CLI::App* overlay = app.add_subcommand("overlay", "Nodes join, names are registered and resolved");
  add_common_options(*overlay, scenario.nodes, scenario.names, scenario.loss, scenario.seed, scenario.join_rate_per_s);
  overlay->add_flag("--json", json, "One JSON object instead of text");

  p2pns::sim::ReplicationScenario churn;
  CLI::App* replication = app.add_subcommand("replication", "Nodes join, leave and crash; all names must stay");
  add_common_options(*replication, churn.nodes, churn.names, churn.loss, churn.seed, churn.join_rate_per_s);
  replication->add_option("--leaving", churn.leaving, "Nodes that leave in order")->capture_default_str();
  replication->add_option("--crashing", churn.crashing, "Nodes that crash, with time for repair")
      ->capture_default_str();
  replication->add_option("--publish-every", churn.publish_every, "One name in so many has a published copy; 0: none")
      ->capture_default_str();
  replication->add_option("--idle", churn.idle_minutes, "Minutes without work that are measured")
      ->check(CLI::Range(0.1, 10'000.0))
      ->capture_default_str();
  replication->add_flag("--json", json, "One JSON object instead of text");

  CLI11_PARSE(app, argc, argv);
  return replication->parsed() ? run_replication(churn, json) : run_overlay(scenario, json);
}
