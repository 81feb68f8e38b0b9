// The replication scenario: an overlay that stores names is idle, gets a newcomer, loses nodes that leave in order and
// nodes that crash, always those nearest to one name, so that without replication its record would be gone. It answers
// whether all names still resolve, whether all published copies are still there, whether the newcomer ever said "no
// such name" wrongly, and what being idle costs.
#pragma once

#include "apps/p2pns-sim/overlay_scenario.hpp"

namespace p2pns::sim {

struct ReplicationScenario {
  std::size_t nodes = 100;
  std::size_t names = 1000;
  std::size_t leaving = 12;  ///< one after the other, the nearest to name 0
  std::size_t crashing = 12;
  std::size_t publish_every = 10;  ///< one name in so many has a published copy of its records; 0: none
  double loss = 0.02;
  std::uint64_t seed = 1;
  double join_rate_per_s = 20;
  double idle_minutes = 10;     ///< measured
  double repair_minutes = 2.5;  ///< after each crash: a dead neighbour is noticed within a minute or so
  double leave_pause_s = 1;     ///< after each that left
};

struct ReplicationReport {
  std::size_t registered = 0;
  double writes_per_registration = 0;  ///< of bindings
  std::size_t published = 0;           ///< names with a published copy
  // idle
  double replicas_missing = 0;       ///< share of (record, one of its 24 nodes) without it, before idling ends
  double idle_bytes_per_node_s = 0;  ///< replication, sent
  double idle_total_bytes_per_node_s = 0;
  // newcomer
  double ready_after_s = 0;              ///< from its start until its range was pulled
  std::size_t newcomer_records = 0;      ///< that it is asked for, and has, when it says that it is ready; copies too
  std::size_t newcomer_missing = 0;      ///< that it is asked for, and has not
  std::uint64_t newcomer_not_ready = 0;  ///< GETs that it answered with NOT_READY
  std::uint64_t newcomer_wrong = 0;      ///< GETs of its range that it answered with "no record"
  std::size_t resolved_while_joining = 0;
  // departures
  std::size_t left_in_time = 0;  ///< handed everything over within the limit
  std::size_t resolved_after_leaving = 0;
  std::size_t resolved_after_crashes = 0;
  std::size_t copies_after_crashes = 0;  ///< published copies that most of the 16 nodes asked for them have
  std::uint64_t records_handed_over = 0;
  std::uint64_t writes_after_registration = 0;  ///< DHT writes counted since: none
  std::uint64_t trace_hash = 0;
  double simulated_s = 0;
  double wall_s = 0;
};

/// `progress` gets a line now and then.
ReplicationReport run(const ReplicationScenario&, const std::function<void(const std::string&)>& progress);
/// Whether everything resolved all the time, no copy was lost, and the newcomer never lied.
bool passed(const ReplicationScenario&, const ReplicationReport&);

std::string to_text(const ReplicationScenario&, const ReplicationReport&);
std::string to_json(const ReplicationScenario&, const ReplicationReport&);

}  // namespace p2pns::sim
