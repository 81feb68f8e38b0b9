// p2pns-sim: scenario in, report out. The nodes are those of the daemon; only time and network are simulated.
#include <CLI/CLI.hpp>
#include <iostream>

#include "apps/p2pns-sim/overlay_scenario.hpp"

namespace {

int run_overlay(const p2pns::sim::OverlayScenario& scenario, bool json) {
  const auto report = p2pns::sim::run(scenario, [](const std::string& line) { std::cerr << line << '\n'; });
  std::cout << (json ? to_json(scenario, report) : to_text(scenario, report));
  const bool all =
      report.joined == scenario.nodes && report.registered == scenario.names && report.resolved == scenario.names;
  return all ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Simulates an overlay of real P2PNS nodes", "p2pns-sim"};
  app.require_subcommand(1);

  p2pns::sim::OverlayScenario scenario;
  bool json = false;
  CLI::App* overlay = app.add_subcommand("overlay", "Nodes join, names are registered and resolved");
  overlay->add_option("--nodes", scenario.nodes, "Nodes that join")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  overlay->add_option("--names", scenario.names, "Names, one owner after the other")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  overlay->add_option("--loss", scenario.loss, "Share of datagrams lost")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  overlay->add_option("--seed", scenario.seed, "Same seed, same trace")->capture_default_str();
  overlay->add_option("--join-rate", scenario.join_rate_per_s, "Nodes started in a simulated second")
      ->check(CLI::Range(0.01, 10'000.0))
      ->capture_default_str();
  overlay->add_flag("--json", json, "One JSON object instead of text");

  CLI11_PARSE(app, argc, argv);
  return run_overlay(scenario, json);
}
