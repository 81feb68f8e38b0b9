#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "apps/p2pns-sim/overlay_scenario.hpp"

namespace p2pns::sim {
namespace {

boost::json::object to_object(const Distribution& distribution) {
  return {
      {"mean", distribution.mean}, {"p50", distribution.p50}, {"p99", distribution.p99}, {"max", distribution.maximum}};
}

std::string to_line(const Distribution& d) {
  return fmt::format("mean {:.1f}, p50 {:.1f}, p99 {:.1f}, max {:.1f}", d.mean, d.p50, d.p99, d.maximum);
}

}  // namespace

std::string to_text(const OverlayScenario& scenario, const OverlayReport& report) {
  return fmt::format(
      "nodes joined          {} of {}, {:.1f} s after the last start (simulated)\n"
      "names registered      {} of {}, {:.2f} DHT writes each\n"
      "names resolved        {} of {}, {} of them read at all true siblings\n"
      "contacts asked        {}\n"
      "  of them in stage 1  {}\n"
      "resolution, ms        {}\n"
      "nodes known           {}\n"
      "memory per node       {:.0f} bytes\n"
      "traffic per node      {:.0f} bytes in {:.0f} simulated s ({} datagrams in all)\n"
      "seed {}, loss {}, trace {:016x}, wall time {:.1f} s\n",
      report.joined, scenario.nodes, report.join_simulated_s, report.registered, scenario.names,
      report.writes_per_registration, report.resolved, scenario.names, report.read_at_siblings,
      to_line(report.contacts_asked), to_line(report.contacts_asked_stage1), to_line(report.resolve_ms),
      to_line(report.known_nodes), report.bytes_per_node, report.traffic_bytes_per_node, report.simulated_s,
      report.datagrams, scenario.seed, scenario.loss, report.trace_hash, report.wall_s);
}

std::string to_json(const OverlayScenario& scenario, const OverlayReport& report) {
  const boost::json::object object{
      {"scenario", "overlay"},
      {"nodes", scenario.nodes},
      {"names", scenario.names},
      {"loss", scenario.loss},
      {"seed", scenario.seed},
      {"joined", report.joined},
      {"join_simulated_s", report.join_simulated_s},
      {"registered", report.registered},
      {"resolved", report.resolved},
      {"read_at_siblings", report.read_at_siblings},
      {"contacts_asked", to_object(report.contacts_asked)},
      {"contacts_asked_stage1", to_object(report.contacts_asked_stage1)},
      {"known_nodes", to_object(report.known_nodes)},
      {"resolve_ms", to_object(report.resolve_ms)},
      {"writes_per_registration", report.writes_per_registration},
      {"datagrams", report.datagrams},
      {"bytes_per_node", report.bytes_per_node},
      {"traffic_bytes_per_node", report.traffic_bytes_per_node},
      {"trace_hash", fmt::format("{:016x}", report.trace_hash)},
      {"simulated_s", report.simulated_s},
      {"wall_s", report.wall_s},
  };
  return boost::json::serialize(object) + "\n";
}

}  // namespace p2pns::sim
