#include "apps/p2pns-sim/overlay_scenario.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "apps/p2pns-sim/process_memory.hpp"
#include "core/host/sim/simulation.hpp"

namespace p2pns::sim {
namespace {

using host::Simulation;

class QuietLog final : public Log {
 public:
  void write(Severity, std::string_view) override {}
  bool enabled(Severity) const override { return false; }
};

class OverlayRun {
 public:
  OverlayRun(const OverlayScenario& scenario, const std::function<void(const std::string&)>& progress)
      : scenario_(scenario), progress_(progress), simulation_(configure(scenario), log_) {}

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
  static host::SimulationConfig configure(const OverlayScenario& scenario) {
    host::SimulationConfig config;
    config.seed = scenario.seed;
    config.network.loss = scenario.loss;
    config.node.network.network_id = "p2pns-sim";
    config.node.network.puzzles = {6, 6};
    return config;
  }

  names::P2PName name_of(std::size_t index) const {
    return {names::NameKind::label, "p2p", "name" + std::to_string(index)};
  }

  void join() {
    const Duration pause{static_cast<std::int64_t>(1e6 / scenario_.join_rate_per_s)};
    for (std::size_t i = 0; i < scenario_.nodes; ++i) {
      std::vector<Endpoint> seeds;
      for (int seed = 0; seed < 3 && i > 0; ++seed)
        seeds.push_back(simulation_.endpoint(static_cast<std::uint32_t>(simulation_.random().below(i))));
      simulation_.add_node(seeds);
      simulation_.run_for(pause);
      if ((i + 1) % 100 == 0) progress_(std::to_string(i + 1) + " nodes started");
    }
    const TimePoint last_started = simulation_.now();
    simulation_.run_until([this] { return joined() == scenario_.nodes; }, std::chrono::minutes{5});
    report_.joined = joined();
    report_.join_simulated_s = std::chrono::duration<double>(simulation_.now() - last_started).count();
    progress_(std::to_string(report_.joined) + " nodes joined");
  }

  std::size_t joined() const {
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < simulation_.size(); ++i) count += simulation_.node(i).routing().settled() ? 1 : 0;
    return count;
  }

  std::uint64_t dht_writes() {
    std::uint64_t writes = 0;
    for (std::uint32_t i = 0; i < simulation_.size(); ++i) writes += simulation_.node(i).names().status().dht_writes;
    return writes;
  }

  /// Starts `count` operations one after the other, `pause` apart, and goes on until all have ended.
  void spread(std::size_t count, const std::function<void(std::size_t)>& start, const std::string& verb) {
    ended_ = 0;
    for (std::size_t i = 0; i < count; ++i) {
      start(i);
      simulation_.run_for(std::chrono::milliseconds{20});
      if ((i + 1) % 250 == 0) progress_(std::to_string(i + 1) + " names " + verb);
    }
    simulation_.run_until([this, count] { return ended_ == count; }, std::chrono::minutes{2});
  }

  void register_names() {
    const std::uint64_t before = dht_writes();
    spread(
        scenario_.names,
        [this](std::size_t i) {
          simulation_.with_names(owner_of(i), [this, i](names::NameService& service) {
            names::Registration registration{name_of(i), {{"", 1, 300, ByteVector(4, std::byte{10})}}};
            service
                .register_name(std::move(registration),
                               [this](Result<names::Receipt> receipt) {
                                 ++ended_;
                                 if (receipt) ++report_.registered;
                               })
                .detach();
          });
        },
        "registered");
    if (report_.registered > 0)
      report_.writes_per_registration =
          static_cast<double>(dht_writes() - before) / static_cast<double>(report_.registered);
  }

  void resolve_names() {
    spread(
        scenario_.names,
        [this](std::size_t i) {
          const auto reader = static_cast<std::uint32_t>(simulation_.random().below(simulation_.size()));
          const TimePoint started = simulation_.now();
          simulation_.with_names(reader, [this, i, started](names::NameService& service) {
            service
                .resolve({name_of(i), true},
                         [this, i, started](std::shared_ptr<const names::NameAnswer> answer) {
                           on_resolved(i, *answer, simulation_.now() - started);
                         })
                .detach();
          });
        },
        "resolved");
  }

  void on_resolved(std::size_t index, const names::NameAnswer& answer, Duration took) {
    ++ended_;
    const NodeId& owner = simulation_.node(owner_of(index)).routing().self();
    const bool right = answer.outcome == names::Outcome::found && answer.node && answer.node->id == owner &&
                       answer.record_set && answer.record_set->records.size() == 1;
    if (right) ++report_.resolved;
    if (!right) progress_(name_of(index).label + " did not resolve: " + std::string{names::to_string(answer.outcome)});
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
    const Key position = dht::name_position("p2p", name_of(index).label, 0);
    std::vector<NodeId> ids;
    for (std::uint32_t i = 0; i < simulation_.size(); ++i) ids.push_back(simulation_.node(i).routing().self());
    const std::size_t count = std::min(ids.size(), kbr::siblings_per_key);
    std::ranges::partial_sort(ids, ids.begin() + static_cast<std::ptrdiff_t>(count),
                              [&](const NodeId& a, const NodeId& b) { return closer(position, a, b); });
    std::set<NodeId> answered;
    for (const kbr::LookupHop& hop : hops)
      if (hop.answered) answered.insert(hop.node.id);
    const auto missing = std::count_if(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count),
                                       [&](const NodeId& id) { return !answered.contains(id); });
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
  const std::function<void(const std::string&)>& progress_;
  QuietLog log_;
  Simulation simulation_;
  OverlayReport report_;
  std::size_t ended_ = 0;
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
