#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "apps/p2pns-sim/replication_scenario.hpp"

namespace p2pns::sim {

std::string to_text(const ReplicationScenario& scenario, const ReplicationReport& report) {
  return fmt::format(
      "names registered          {} of {} at {} nodes, {:.2f} DHT writes each, {} afterwards; {} with a published "
      "copy\n"
      "idle                      {:.1f} bytes of replication a second and node, {:.1f} in all; {:.2f} % of replicas "
      "missing\n"
      "a node joined             ready after {:.2f} s (simulated) with {} records, {} missing\n"
      "  of its range, it said   {} times NOT_READY, {} times wrongly \"no such name\"\n"
      "  names resolved meanwhile  {} of {}\n"
      "{} nodes left             {} handed over in time; {} of {} names resolve\n"
      "{} nodes crashed          {} of {} names resolve, {} of {} copies are there\n"
      "records handed over       {}\n"
      "seed {}, loss {}, trace {:016x}, {:.0f} simulated s, wall time {:.1f} s\n",
      report.registered, scenario.names, scenario.nodes, report.writes_per_registration,
      report.writes_after_registration, report.published, report.idle_bytes_per_node_s,
      report.idle_total_bytes_per_node_s, 100 * report.replicas_missing, report.ready_after_s, report.newcomer_records,
      report.newcomer_missing, report.newcomer_not_ready, report.newcomer_wrong, report.resolved_while_joining,
      scenario.names, scenario.leaving, report.left_in_time, report.resolved_after_leaving, scenario.names,
      scenario.crashing, report.resolved_after_crashes, scenario.names, report.copies_after_crashes, report.published,
      report.records_handed_over, scenario.seed, scenario.loss, report.trace_hash, report.simulated_s, report.wall_s);
}

std::string to_json(const ReplicationScenario& scenario, const ReplicationReport& report) {
  const boost::json::object object{
      {"scenario", "replication"},
      {"nodes", scenario.nodes},
      {"names", scenario.names},
      {"leaving", scenario.leaving},
      {"crashing", scenario.crashing},
      {"publish_every", scenario.publish_every},
      {"loss", scenario.loss},
      {"seed", scenario.seed},
      {"passed", passed(scenario, report)},
      {"registered", report.registered},
      {"published", report.published},
      {"writes_per_registration", report.writes_per_registration},
      {"writes_after_registration", report.writes_after_registration},
      {"replicas_missing", report.replicas_missing},
      {"idle_bytes_per_node_s", report.idle_bytes_per_node_s},
      {"idle_total_bytes_per_node_s", report.idle_total_bytes_per_node_s},
      {"ready_after_s", report.ready_after_s},
      {"newcomer_records", report.newcomer_records},
      {"newcomer_missing", report.newcomer_missing},
      {"newcomer_not_ready", report.newcomer_not_ready},
      {"newcomer_wrong", report.newcomer_wrong},
      {"resolved_while_joining", report.resolved_while_joining},
      {"left_in_time", report.left_in_time},
      {"resolved_after_leaving", report.resolved_after_leaving},
      {"resolved_after_crashes", report.resolved_after_crashes},
      {"copies_after_crashes", report.copies_after_crashes},
      {"records_handed_over", report.records_handed_over},
      {"trace_hash", fmt::format("{:016x}", report.trace_hash)},
      {"simulated_s", report.simulated_s},
      {"wall_s", report.wall_s},
  };
  return boost::json::serialize(object) + "\n";
}

}  // namespace p2pns::sim
