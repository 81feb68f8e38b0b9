#include "apps/p2pns-sim/replication_scenario.hpp"

#include <algorithm>
#include <chrono>

#include "apps/p2pns-sim/simulated_overlay.hpp"
#include "core/dht/neighbourhood.hpp"

namespace p2pns::sim {
namespace {

using dht::RecordType;
using wire::MessageType;

/// What p2pnsd allows itself as well.
constexpr Duration leave_limit = std::chrono::seconds{5};
constexpr Duration newcomer_limit = std::chrono::minutes{5};
/// Until a claim at the 16 nodes asked has reached all 24 that store it.
constexpr Duration spread_time = std::chrono::minutes{10};
constexpr MessageType replication_messages[] = {
    MessageType::pull_range, MessageType::range_page, MessageType::hand_over,      MessageType::handed_over,
    MessageType::offer,      MessageType::offered,    MessageType::compare_ranges, MessageType::compared};

Duration minutes(double count) { return Duration{static_cast<std::int64_t>(count * 60e6)}; }
Duration seconds(double count) { return Duration{static_cast<std::int64_t>(count * 1e6)}; }
double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

class ReplicationRun {
 public:
  ReplicationRun(const ReplicationScenario& scenario, const ScenarioProgress& progress)
      : scenario_(scenario),
        progress_(progress),
        overlay_(scenario.seed, scenario.loss, progress),
        simulation_(overlay_.simulation()) {}

  ReplicationReport run() {
    const auto started = std::chrono::steady_clock::now();
    overlay_.join(scenario_.nodes, scenario_.join_rate_per_s);
    choose_victims();
    register_names();
    idle();
    newcomer();
    leave();
    crash();
    finish();
    report_.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return report_;
  }

 private:
  /// They own no names: what is asked for is whether names of the living resolve.
  void choose_victims() {
    const auto nearest = overlay_.nearest(overlay_.position_of(0));
    const std::size_t count = std::min(scenario_.leaving + scenario_.crashing, nearest.size() - 1);
    victims_.assign(nearest.begin(), nearest.begin() + static_cast<std::ptrdiff_t>(count));
    for (const std::uint32_t node : nearest)
      if (std::ranges::find(victims_, node) == victims_.end()) owners_.push_back(node);
  }

  std::uint32_t owner_of(std::size_t name) const { return owners_[name % owners_.size()]; }

  bool publishes(std::size_t name) const { return scenario_.publish_every > 0 && name % scenario_.publish_every == 0; }

  void register_names() {
    report_.registered = overlay_.register_names(
        scenario_.names, [this](std::size_t i) { return owner_of(i); }, [this](std::size_t i) { return publishes(i); });
    for (std::size_t name = 0; name < scenario_.names; ++name) report_.published += publishes(name) ? 1 : 0;
    writes_ = overlay_.dht_writes();
    std::uint64_t copies = 0;
    for (std::uint32_t i = 0; i < simulation_.size(); ++i)
      copies += simulation_.node(i).names().status().replica.published;
    if (report_.registered > 0)
      report_.writes_per_registration = static_cast<double>(writes_ - copies) / static_cast<double>(report_.registered);
  }

  std::size_t resolve_all(const std::string& when, const std::function<bool()>& meanwhile = nullptr) {
    std::size_t right = 0;
    overlay_.resolve_names(scenario_.names, [&](std::size_t i, const names::NameAnswer& answer, Duration) {
      if (meanwhile) meanwhile();
      const bool found = answer.outcome == names::Outcome::found && answer.node &&
                         answer.node->id == simulation_.node(owner_of(i)).routing().self();
      right += found ? 1 : 0;
      if (!found)
        progress_(overlay_.name_of(i).label + " " + when + ": " + std::string{names::to_string(answer.outcome)});
    });
    progress_(std::to_string(right) + " of " + std::to_string(scenario_.names) + " names resolved " + when);
    return right;
  }

  std::uint64_t replication_bytes() const {
    std::uint64_t bytes = 0;
    for (const MessageType type : replication_messages) bytes += simulation_.bytes_of(type);
    return bytes;
  }

  void idle() {
    simulation_.run_for(spread_time);
    report_.replicas_missing = missing_replicas();
    const std::uint64_t replication = replication_bytes();
    const std::uint64_t total = simulation_.datagram_bytes();
    simulation_.run_for(minutes(scenario_.idle_minutes));
    const double node_seconds = static_cast<double>(simulation_.size()) * 60 * scenario_.idle_minutes;
    report_.idle_bytes_per_node_s = static_cast<double>(replication_bytes() - replication) / node_seconds;
    report_.idle_total_bytes_per_node_s = static_cast<double>(simulation_.datagram_bytes() - total) / node_seconds;
  }

  bool holds(std::uint32_t node, std::size_t name, RecordType type) const {
    return simulation_.store(node).find(overlay_.position_of(name), type).has_value();
  }
  /// What the replicas of a name should store.
  std::vector<RecordType> records_of(std::size_t name) const {
    if (publishes(name)) return {RecordType::binding, RecordType::record_set};
    return {RecordType::binding};
  }
  std::vector<std::uint32_t> nearest(std::size_t name, std::size_t count) const {
    auto nodes = overlay_.nearest(overlay_.position_of(name));
    nodes.resize(std::min(nodes.size(), count));
    return nodes;
  }
  std::vector<std::uint32_t> storing(std::size_t name) const { return nearest(name, dht::storing_nodes); }
  std::vector<std::uint32_t> asked(std::size_t name) const { return nearest(name, kbr::siblings_per_key); }

  double missing_replicas() const {
    std::size_t missing = 0;
    std::size_t wanted = 0;
    for (std::size_t name = 0; name < scenario_.names; ++name)
      for (const std::uint32_t node : storing(name))
        for (const RecordType type : records_of(name)) {
          ++wanted;
          missing += holds(node, name, type) ? 0 : 1;
        }
    return wanted == 0 ? 0 : static_cast<double>(missing) / static_cast<double>(wanted);
  }

  /// Names are asked for all the time, while it joins and afterwards.
  void newcomer() {
    const TimePoint started = simulation_.now();
    const std::uint32_t node = overlay_.add_node();
    const auto look = [this, node, started] {
      const bool ready = simulation_.node(node).names().status().replication.range_ready;
      if (ready && report_.ready_after_s == 0) on_ready(node, simulation_.now() - started);
      return ready;
    };
    report_.resolved_while_joining = resolve_all("while a node joined", look);
    simulation_.run_until(look, newcomer_limit);
    resolve_all("after it had joined");
    const auto replica = simulation_.node(node).names().status().replica;
    report_.newcomer_wrong = replica.reads_empty;
    report_.newcomer_not_ready = replica.reads_not_ready;
  }

  void on_ready(std::uint32_t node, Duration took) {
    report_.ready_after_s = in_seconds(took);
    for (std::size_t name = 0; name < scenario_.names; ++name) {
      if (std::ranges::count(asked(name), node) == 0) continue;
      for (const RecordType type : records_of(name))
        ++(holds(node, name, type) ? report_.newcomer_records : report_.newcomer_missing);
    }
  }

  std::size_t copies_kept() const {
    std::size_t kept = 0;
    for (std::size_t name = 0; name < scenario_.names; ++name) {
      if (!publishes(name)) continue;
      const auto nodes = asked(name);
      const auto holding =
          std::ranges::count_if(nodes, [&](std::uint32_t node) { return holds(node, name, RecordType::record_set); });
      kept += 2 * static_cast<std::size_t>(holding) > nodes.size() ? 1 : 0;
    }
    return kept;
  }

  void leave() {
    for (std::size_t i = 0; i < scenario_.leaving && i < victims_.size(); ++i) {
      report_.left_in_time += simulation_.leave_node(victims_[i], leave_limit) ? 1 : 0;
      simulation_.run_for(seconds(scenario_.leave_pause_s));
    }
    report_.resolved_after_leaving = resolve_all("after nodes left");
  }

  void crash() {
    for (std::size_t i = scenario_.leaving; i < victims_.size(); ++i) {
      simulation_.stop_node(victims_[i]);
      simulation_.run_for(minutes(scenario_.repair_minutes));
    }
    report_.resolved_after_crashes = resolve_all("after nodes crashed");
    report_.copies_after_crashes = copies_kept();
  }

  void finish() {
    for (std::uint32_t i = 0; i < simulation_.size(); ++i)
      report_.records_handed_over += simulation_.node(i).names().status().replication.counters.handed_over;
    report_.writes_after_registration = overlay_.dht_writes() - writes_;
    report_.trace_hash = simulation_.trace_hash();
    report_.simulated_s = in_seconds(simulation_.now().time_since_epoch());
  }

  ReplicationScenario scenario_;
  const ScenarioProgress& progress_;
  SimulatedOverlay overlay_;
  host::Simulation& simulation_;
  ReplicationReport report_;
  std::vector<std::uint32_t> victims_;
  std::vector<std::uint32_t> owners_;
  std::uint64_t writes_ = 0;
};

}  // namespace

ReplicationReport run(const ReplicationScenario& scenario, const std::function<void(const std::string&)>& progress) {
  return ReplicationRun{scenario, progress}.run();
}

bool passed(const ReplicationScenario& scenario, const ReplicationReport& report) {
  return report.registered == scenario.names && report.resolved_while_joining == scenario.names &&
         report.resolved_after_leaving == scenario.names && report.resolved_after_crashes == scenario.names &&
         report.copies_after_crashes == report.published && report.ready_after_s > 0 && report.newcomer_missing == 0 &&
         report.newcomer_wrong == 0 && report.writes_after_registration == 0;
}

}  // namespace p2pns::sim
