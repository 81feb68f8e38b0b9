#include "apps/testnet/testnet_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <semaphore>

#include "core/host/net/system.hpp"

namespace p2pns::testnet {
namespace {

constexpr std::size_t asked_limit = 60;
constexpr std::size_t known_limit = 400;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

names::P2PName name_of(std::size_t index) { return {names::NameKind::label, "p2p", "check-" + std::to_string(index)}; }

/// The last octets of the one A record name `index` gets, so that a wrong answer is seen as such.
ByteVector address_of(std::size_t index) {
  return {std::byte{192}, std::byte{0}, static_cast<std::byte>(index >> 8), static_cast<std::byte>(index)};
}

class Check {
 public:
  Check(Testnet& testnet, std::size_t names, const Progress& progress) : testnet_(testnet), progress_(progress) {
    report_.names = names;
  }

  CheckReport run(std::size_t sampled_lookups) {
    const std::uint64_t writes_before = survey();
    auto start = std::chrono::steady_clock::now();
    for_each(report_.names, "names registered", [this](std::size_t i) { register_name(i); });
    report_.register_s = seconds_since(start);

    start = std::chrono::steady_clock::now();
    for_each(report_.names, "names resolved", [this](std::size_t i) { resolve(i); });
    report_.resolve_s = seconds_since(start);

    report_.lookups_sampled = std::min(sampled_lookups, asked_.size());
    summarise();
    const std::uint64_t writes = survey() - writes_before;
    if (report_.registered > 0)
      report_.writes_per_registration = static_cast<double>(writes) / static_cast<double>(report_.registered);
    return report_;
  }

 private:
  /// Starts one operation after the other, at most check_parallel under way; each gives its place back when it ends.
  void for_each(std::size_t count, const std::string& what, const std::function<void(std::size_t)>& start) {
    for (std::size_t i = 0; i < count; ++i) {
      places_.acquire();
      start(i);
      if ((i + 1) % 250 == 0) progress_(std::to_string(i + 1) + " " + what);
    }
    for (std::size_t i = 0; i < check_parallel; ++i) places_.acquire();
    places_.release(check_parallel);
  }

  void register_name(std::size_t index) {
    testnet_.post(index % testnet_.size(), [this, index](host::NodeHost& host) {
      host.names()
          .register_name({name_of(index), {{"", 1, 300, address_of(index)}}},
                         [this](const Result<names::Receipt>& receipt) {
                           if (receipt) {
                             const std::scoped_lock lock{mutex_};
                             ++report_.registered;
                           }
                           places_.release();
                         })
          .detach();
    });
  }

  void resolve(std::size_t index) {
    // Never at the owner's node, unless it is the only one.
    const std::size_t owner = index % testnet_.size();
    const std::size_t reader =
        testnet_.size() == 1 ? 0 : (owner + 1 + random_.below(testnet_.size() - 1)) % testnet_.size();
    testnet_.post(reader, [this, index, owner](host::NodeHost& host) {
      const auto started = std::chrono::steady_clock::now();
      host.names()
          .resolve({name_of(index), true},
                   [this, index, owner, started](const std::shared_ptr<const names::NameAnswer>& answer) {
                     on_resolved(index, owner, *answer, seconds_since(started) * 1000.0);
                     places_.release();
                   })
          .detach();
    });
  }

  void on_resolved(std::size_t index, std::size_t owner, const names::NameAnswer& answer, double took_ms) {
    std::size_t asked = 0;
    for (const names::StageTrace& stage : answer.trace) asked += stage.hops.size();
    const bool right = answer.outcome == names::Outcome::found && answer.record_set &&
                       answer.record_set->records.size() == 1 &&
                       answer.record_set->records[0].data == address_of(index) && answer.node &&
                       answer.node->endpoints.front() == testnet_.endpoint(owner);
    const std::scoped_lock lock{mutex_};
    if (right) ++report_.resolved;
    asked_.push_back(asked);
    resolve_ms_.push_back(took_ms);
  }

  /// Asks every node how many others it knows. Returns the DHT writes of all nodes so far.
  std::uint64_t survey() {
    std::uint64_t writes = 0;
    std::size_t known = 0;
    for (std::size_t i = 0; i < testnet_.size(); ++i)
      testnet_.call(i, [&](host::NodeHost& host) {
        const names::NodeStatus status = host.names().status();
        report_.known_maximum = std::max(report_.known_maximum, status.known_nodes);
        known += status.known_nodes;
        writes += status.dht_writes;
      });
    report_.known_mean = static_cast<double>(known) / static_cast<double>(testnet_.size());
    return writes;
  }

  void summarise() {
    if (asked_.empty()) return;
    std::size_t sum = 0;
    for (std::size_t i = 0; i < report_.lookups_sampled; ++i) {
      // Every so-manyth: the sample spans the whole run.
      const std::size_t asked = asked_[i * asked_.size() / report_.lookups_sampled];
      report_.asked_maximum = std::max(report_.asked_maximum, asked);
      sum += asked;
    }
    report_.asked_mean = static_cast<double>(sum) / static_cast<double>(report_.lookups_sampled);
    std::ranges::sort(resolve_ms_);
    report_.resolve_ms_p50 = resolve_ms_[resolve_ms_.size() / 2];
    report_.resolve_ms_p99 = resolve_ms_[resolve_ms_.size() * 99 / 100];
  }

  Testnet& testnet_;
  const Progress& progress_;
  CheckReport report_;
  host::SystemRandom random_;
  std::counting_semaphore<check_parallel> places_{check_parallel};
  std::mutex mutex_;  // the nodes' threads report here
  std::vector<std::size_t> asked_;
  std::vector<double> resolve_ms_;
};

}  // namespace

CheckReport check(Testnet& testnet, std::size_t names, std::size_t sampled_lookups, const Progress& progress) {
  return Check{testnet, names, progress}.run(sampled_lookups);
}

std::string to_text(const CheckReport& report) {
  return fmt::format(
      "names registered      {} of {} in {:.1f} s, {:.2f} DHT writes each\n"
      "names resolved        {} of {} in {:.1f} s, p50 {:.1f} ms, p99 {:.1f} ms\n"
      "nodes asked           mean {:.1f}, max {} in {} sampled lookups (limit {})\n"
      "nodes known           mean {:.1f}, max {} (limit {})\n",
      report.registered, report.names, report.register_s, report.writes_per_registration, report.resolved, report.names,
      report.resolve_s, report.resolve_ms_p50, report.resolve_ms_p99, report.asked_mean, report.asked_maximum,
      report.lookups_sampled, asked_limit - 1, report.known_mean, report.known_maximum, known_limit);
}

bool passed(const CheckReport& report) {
  return report.registered == report.names && report.resolved == report.names && report.asked_maximum < asked_limit &&
         report.known_maximum <= known_limit;
}

}  // namespace p2pns::testnet
