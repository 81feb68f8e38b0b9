// What a node's store gives with a million bindings in it: one get, a range read, anonymous memory, the start, and
// registrations against what their signature checks alone allow. Prints figures; fails nothing.
//
//   bench_store [--records N] [--path DIR]      DIR: kept, and used again when it has as many records
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>

#include "core/dht/binding.hpp"
#include "core/host/net/system.hpp"
#include "core/store/durable_store.hpp"

namespace p2pns {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t gets = 200'000;
constexpr std::size_t registrations = 50'000;
constexpr std::size_t under_way_maximum = 1024;  // as a replica (core/dht/replica.hpp)
constexpr std::size_t page_records = 1000;
constexpr std::chrono::seconds progress_interval{2};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double cpu_seconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Time since it was made: on the clock, of this thread, and of the store's thread. The last two do not depend on what
/// else the machine does.
struct Stopwatch {
  Clock::time_point start = Clock::now();
  double start_own = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  double start_process = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  double wall() const { return seconds_since(start); }
  double own() const { return cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - start_own; }
  double others() const { return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - start_process - own(); }
};

/// Takes every signature for good: the records to load were signed by us a moment ago.
struct Believer final : crypto::Verifier {
  bool check(crypto::Algorithm, Bytes, Bytes, Bytes) const override { return true; }
};

struct StderrLog final : Log {
  void write(Severity, std::string_view line) override { std::cerr << line << std::endl; }
  bool enabled(Severity) const override { return true; }
};

double anonymous_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "RssAnon:") {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  return 0;
}

/// A line on standard error every now and then.
void show_progress(std::size_t done, std::size_t total, Clock::time_point& told) {
  if (Clock::now() - told < progress_interval) return;
  told = Clock::now();
  std::cerr << fmt::format("signed and stored {} of {} bindings", done, total) << std::endl;
}

class StoreBench {
 public:
  StoreBench(std::string path, std::size_t records) : path_(std::move(path)), records_(records) {}

  int run() {
    if (!open()) return 1;
    load();
    measure_gets();
    measure_range();
    fmt::print("anonymous memory             {:10.1f} MiB   (at most 64)\n", anonymous_mib());
    measure_registrations();
    store_.reset();
    measure_start();
    return 0;
  }

 private:
  bool open() {
    auto opened = store::DurableStore::open({path_, std::size_t{4} << 30U, 0, {NodeId{}, network_.network_id}}, log_);
    if (!opened) {
      std::cerr << opened.error().message << std::endl;
      return false;
    }
    store_ = std::move(*opened);
    store_->start([this](Callback<void()> task) { boost::asio::post(context_, std::move(task)); });
    return true;
  }

  static std::string label(std::size_t number) { return fmt::format("name-{:07}", number); }
  static Key key(std::size_t number) { return dht::name_position("p2p", label(number), 0); }
  dht::SignedRecord signed_record(std::size_t number) const {
    dht::Binding binding{"p2p", label(number), owner_.public_key(), {}, 0, 1, now_ + std::chrono::days{30}};
    binding.not_after += std::chrono::milliseconds{number};  // registered one after the other
    return dht::sign(binding, owner_, network_);
  }
  dht::VerifiedRecord verified(dht::SignedRecord record, const crypto::Verifier& verifier) const {
    return *dht::verify(std::move(record), verifier, network_, now_);
  }

  /// One more write; waits while too many are under way.
  void put(dht::VerifiedRecord record) {
    while (under_way_ == under_way_maximum) context_.run_one();
    context_.poll();
    ++under_way_;
    store_->records()
        .put(std::move(record), [this](const Result<void>& result) { --under_way_, failed_ += result ? 0 : 1; })
        .detach();
  }
  void wait_for_all() {
    while (under_way_ > 0) context_.run_one();
  }

  void load() {
    const std::size_t there = std::min(records_, store_->records().size());
    Clock::time_point told = Clock::now();
    const auto start = Clock::now();
    for (std::size_t i = there; i < records_; ++i) {
      put(verified(signed_record(i), Believer{}));
      show_progress(i, records_, told);
    }
    wait_for_all();
    fmt::print("loaded                       {:10} bindings in {:.1f} s, {} failed, file {:.0f} MiB\n",
               records_ - there, seconds_since(start), failed_,
               static_cast<double>(std::filesystem::file_size(path_ + "/data.mdb")) / (1 << 20));
  }

  void measure_gets() {
    std::vector<double> times;
    times.reserve(gets);
    for (std::size_t i = 0; i < gets; ++i) {
      const Key wanted = key(random_.below(records_));
      const auto start = Clock::now();
      const auto found = store_->records().find(wanted, dht::RecordType::binding);
      times.push_back(seconds_since(start) * 1e6);
      if (!found) ++failed_;
    }
    std::ranges::sort(times);
    fmt::print("get p50 / p99 / max          {:6.2f} / {:.2f} / {:.0f} us   (p99 at most 10)\n", times[gets / 2],
               times[gets * 99 / 100], times.back());
  }

  void measure_range() {
    const Stopwatch watch;
    std::size_t read = 0;
    std::optional<dht::RecordPlace> after;
    do {
      const auto page = store_->records().scan({}, after, page_records);
      read += page.records.size();
      after = page.last;
    } while (after);
    fmt::print(
        "range read                   {:10.0f} records/s, {:.0f} per s of CPU   (at least 1000000), {} records\n",
        read / watch.wall(), read / watch.own(), read);
  }

  void measure_registrations() {
    std::vector<dht::SignedRecord> fresh;
    for (std::size_t i = 0; i < registrations; ++i) fresh.push_back(signed_record(store_->records().size() + i));
    const crypto::SodiumVerifier verifier;
    const Stopwatch checking;
    for (const auto& record : fresh) verified(record, verifier);
    const double check_wall = checking.wall();
    const double check_cpu = checking.own();
    const Stopwatch registering;
    for (auto& record : fresh) put(verified(std::move(record), verifier));
    wait_for_all();
    const double wall = registering.wall();
    fmt::print("signature checks alone       {:10.0f} per s, {:.0f} per s of CPU\n", registrations / check_wall,
               registrations / check_cpu);
    fmt::print("registrations accepted       {:10.0f} per s, {:.0f} % of that   (at least 80), {} failed\n",
               registrations / wall, 100 * check_wall / wall, failed_);
    fmt::print(
        "CPU for a registration       {:10.1f} us of the node's thread ({:.1f} for the signature), {:.1f} us of the "
        "store's\n",
        registering.own() / registrations * 1e6, check_cpu / registrations * 1e6,
        registering.others() / registrations * 1e6);
    fmt::print("anonymous memory             {:10.1f} MiB   (of it {:.1f} for {} records to register)\n",
               anonymous_mib(), static_cast<double>(registrations * 200) / (1 << 20), registrations);
  }

  void measure_start() {
    const auto start = Clock::now();
    const bool opened = open();
    fmt::print("start                        {:10.2f} s{}\n", seconds_since(start), opened ? "" : ", FAILED");
  }

  std::string path_;
  std::size_t records_;
  crypto::NetworkParameters network_;
  host::SystemRandom random_;
  crypto::KeyPairSigner owner_{crypto::KeyPair::from_seed({})};
  UnixTime now_ = host::wall_now();
  StderrLog log_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  std::unique_ptr<store::DurableStore> store_;
  std::size_t under_way_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace
}  // namespace p2pns

int main(int argc, char** argv) {
  CLI::App app{"What a node's store gives with many bindings in it", "bench_store"};
  std::size_t records = 1'000'000;
  std::string path;
  app.add_option("--records", records, "Bindings in the store")
      ->check(CLI::Range(1'000, 9'000'000))
      ->capture_default_str();
  app.add_option("--path", path, "Where the store is, and stays; otherwise in a directory that is removed again");
  CLI11_PARSE(app, argc, argv);
  std::string temporary = (std::filesystem::temp_directory_path() / "p2pns-bench-XXXXXX").string();
  if (path.empty()) path = ::mkdtemp(temporary.data()) == nullptr ? "" : temporary + "/store";
  const int code = p2pns::StoreBench(path, records).run();
  std::error_code ignored;
  if (path == temporary + "/store") std::filesystem::remove_all(temporary, ignored);
  return code;
}
