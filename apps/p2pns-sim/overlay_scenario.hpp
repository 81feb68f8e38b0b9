// The overlay scenario: N nodes join by protocol, K names are registered and each is resolved at another node with a
// cold cache. It answers whether the network finds what it stores, and what that costs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace p2pns::sim {

struct OverlayScenario {
  std::size_t nodes = 1000;
  std::size_t names = 1000;
  double loss = 0.02;
  std::uint64_t seed = 1;
  double join_rate_per_s = 20;  ///< nodes that start in a simulated second
};

struct Distribution {
  double mean = 0;
  double p50 = 0;
  double p99 = 0;
  double maximum = 0;
};

struct OverlayReport {
  std::size_t joined = 0;
  double join_simulated_s = 0;  ///< from the last start until all had joined
  std::size_t registered = 0;
  std::size_t resolved = 0;          ///< with the owner's node and its record set
  std::size_t read_at_siblings = 0;  ///< key lookups that ended at exactly the 16 nodes that are nearest
  Distribution contacts_asked;       ///< nodes asked for a whole cold resolution (stages 1 and 2)
  Distribution contacts_asked_stage1;
  Distribution known_nodes;
  Distribution resolve_ms;  ///< simulated
  double writes_per_registration = 0;
  std::uint64_t datagrams = 0;
  double bytes_per_node = 0;          ///< memory, resident
  double traffic_bytes_per_node = 0;  ///< sent, over the whole run
  std::uint64_t trace_hash = 0;
  double simulated_s = 0;
  double wall_s = 0;
};

/// `progress` gets a line now and then.
OverlayReport run(const OverlayScenario&, const std::function<void(const std::string&)>& progress);

Distribution summarise(std::vector<double> samples);
std::string to_text(const OverlayScenario&, const OverlayReport&);
std::string to_json(const OverlayScenario&, const OverlayReport&);

}  // namespace p2pns::sim
