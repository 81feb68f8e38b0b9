// StoreFixture: durable stores in a directory of the test's own. The test's thread plays the node's: what the store
// posts runs when the test waits for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <gtest/gtest.h>
#include <mutex>

#include "core/store/durable_store.hpp"
#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::store {

using namespace std::chrono_literals;

/// Tasks on their way to the test's thread.
class TaskQueue {
 public:
  /// Any thread.
  void post(Callback<void()> task);
  /// Runs tasks until `done`; a test that waits for more than a minute fails here.
  void run_until(const Callback<bool()>& done);

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Callback<void()>> tasks_;
};

/// Keeps what is written to it.
struct LineLog final : Log {
  void write(Severity, std::string_view line) override { lines.emplace_back(line); }
  bool enabled(Severity) const override { return true; }
  std::vector<std::string> lines;
};

class StoreFixture : public testing::Test {
 protected:
  StoreFixture();
  ~StoreFixture() override;

  static StoreStamp stamp() { return {NodeId{}, dht::test_parameters().network_id}; }
  StoreOptions options() const { return {(directory / "store").string(), 64U << 20U, 8U << 20U, stamp()}; }
  std::filesystem::path data_file() const { return directory / "store" / "data.mdb"; }
  /// A store that has been started. Fails the test when it cannot be opened.
  std::unique_ptr<DurableStore> open() { return open(options()); }
  std::unique_ptr<DurableStore> open(const StoreOptions&);
  /// Why it cannot be opened; fails the test when it can.
  std::string refusal(const StoreOptions&);

  dht::VerifiedRecord record(std::string label, std::uint64_t sequence = 1, std::chrono::hours left = 24h);
  Result<void> put(DurableStore&, dht::VerifiedRecord);
  /// Puts "n<first>", "n<first + 1>" and so on, all at once; how many were stored.
  std::size_t put_all(DurableStore&, std::size_t count, std::size_t first = 0, std::uint64_t sequence = 1);
  Result<void> remove(DurableStore&, std::string_view label);
  std::optional<dht::VerifiedRecord> find(DurableStore&, std::string_view label);
  template <class Start>
  Result<void> outcome(Start start) {
    std::optional<Result<void>> result;
    const auto operation = start([&result](const Result<void>& value) { result = value; });
    EXPECT_FALSE(result);  // never inside the call
    tasks.run_until([&result] { return result.has_value(); });
    return result.value_or(Errc::timed_out);
  }
  static Key key_of(std::string_view label) { return dht::name_position("p2p", label, 0); }

  std::filesystem::path directory;
  TaskQueue tasks;
  LineLog log;
  test::SeededRandom random{11};
  dht::Owner owner{random};
};

}  // namespace p2pns::store
