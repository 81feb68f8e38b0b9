#include "apps/p2pns-sim/overlay_scenario.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "apps/p2pns-sim/process_memory.hpp"
#include "apps/p2pns-sim/simulated_overlay.hpp"

namespace p2pns::sim {
namespace {

class OverlayRun {
 public:
  OverlayRun(const OverlayScenario& scenario, const ScenarioProgress& progress)
      : scenario_(scenario),
        progress_(progress),
        overlay_(scenario.seed, scenario.loss, progress),
        simulation_(overlay_.simulation()) {}

  OverlayReport run() {
    const auto started = std::chrono::steady_clock::now();
    const std::size_t memory_before = resident_bytes();
    join();
    report_.bytes_per_node =
        static_cast<double>(resident_bytes() - memory_before) / static_cast<double>(simulation_.size());
    register_names();
    resolve_names();
    finish();
    report_.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return report_;
  }

 private:
  void join() {
    const Duration took = overlay_.join(scenario_.nodes, scenario_.join_rate_per_s);
    report_.joined = overlay_.joined();
    report_.join_simulated_s = std::chrono::duration<double>(took).count();
  }

  void register_names() {
    const std::uint64_t before = overlay_.dht_writes();
    report_.registered = overlay_.register_names(
        scenario_.names, [this](std::size_t i) { return owner_of(i); }, [](std::size_t) { return false; });
    if (report_.registered > 0)
      report_.writes_per_registration =
          static_cast<double>(overlay_.dht_writes() - before) / static_cast<double>(report_.registered);
  }

  void resolve_names() {
    overlay_.resolve_names(scenario_.names, [this](std::size_t i, const names::NameAnswer& answer, Duration took) {
      on_resolved(i, answer, took);
    });
  }

  void on_resolved(std::size_t index, const names::NameAnswer& answer, Duration took) {
    const NodeId& owner = simulation_.node(owner_of(index)).routing().self();
    const bool right = answer.outcome == names::Outcome::found && answer.node && answer.node->id == owner &&
                       answer.record_set && answer.record_set->records.size() == 1;
    if (right) ++report_.resolved;
    if (!right)
      progress_(overlay_.name_of(index).label + " did not resolve: " + std::string{names::to_string(answer.outcome)});
    resolve_ms_.push_back(static_cast<double>(took.count()) / 1000.0);
    std::size_t asked = 0;
    for (const names::StageTrace& stage : answer.trace) {
      asked += stage.hops.size();
      if (stage.stage != 1) continue;
      asked_stage1_.push_back(static_cast<double>(stage.hops.size()));
      if (asked_true_siblings(index, stage.hops)) ++report_.read_at_siblings;
    }
    asked_.push_back(static_cast<double>(asked));
  }

  /// Whether every true sibling of the name's position was among the nodes asked (the reader itself needs no asking).
  bool asked_true_siblings(std::size_t index, const std::vector<kbr::LookupHop>& hops) {
    std::vector<std::uint32_t> nodes = overlay_.nearest(overlay_.position_of(index));
    nodes.resize(std::min(nodes.size(), kbr::siblings_per_key));
    std::set<NodeId> answered;
    for (const kbr::LookupHop& hop : hops)
      if (hop.answered) answered.insert(hop.node.id);
    const auto missing = std::ranges::count_if(
        nodes, [&](std::uint32_t node) { return !answered.contains(simulation_.node(node).routing().self()); });
    return missing <= 1;
  }

  std::uint32_t owner_of(std::size_t name) const { return static_cast<std::uint32_t>(name % simulation_.size()); }

  void finish() {
    std::vector<double> known;
    for (std::uint32_t i = 0; i < simulation_.size(); ++i)
      known.push_back(static_cast<double>(simulation_.node(i).names().status().known_nodes));
    report_.known_nodes = summarise(std::move(known));
    report_.contacts_asked = summarise(std::move(asked_));
    report_.contacts_asked_stage1 = summarise(std::move(asked_stage1_));
    report_.resolve_ms = summarise(std::move(resolve_ms_));
    report_.datagrams = simulation_.datagrams();
    report_.traffic_bytes_per_node =
        static_cast<double>(simulation_.datagram_bytes()) / static_cast<double>(simulation_.size());
    report_.trace_hash = simulation_.trace_hash();
    report_.simulated_s = std::chrono::duration<double>(simulation_.now().time_since_epoch()).count();
  }

  OverlayScenario scenario_;
  const ScenarioProgress& progress_;
  SimulatedOverlay overlay_;
  host::Simulation& simulation_;
  OverlayReport report_;
  std::vector<double> asked_;
  std::vector<double> asked_stage1_;
  std::vector<double> resolve_ms_;
};

}  // namespace

OverlayReport run(const OverlayScenario& scenario, const std::function<void(const std::string&)>& progress) {
  return OverlayRun{scenario, progress}.run();
}

Distribution summarise(std::vector<double> samples) {
  if (samples.empty()) return {};
  std::ranges::sort(samples);
  const auto at = [&](double share) {
    return samples[std::min(samples.size() - 1, static_cast<std::size_t>(share * static_cast<double>(samples.size())))];
  };
  double sum = 0;
  for (const double sample : samples) sum += sample;
  return {sum / static_cast<double>(samples.size()), at(0.5), at(0.99), samples.back()};
}

}  // namespace p2pns::sim
