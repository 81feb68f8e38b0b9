#include "core/store/batch_writer.hpp"

#include <gmock/gmock.h>

#include "core/store/store_layout.hpp"
#include "tests/unit/store/store_fixture.hpp"

namespace p2pns::store {
namespace {

class BatchWriterTest : public StoreFixture {
 protected:
  static constexpr std::size_t map_bytes = 64U << 20U;

  BatchWriterTest() {
    environment = *LmdbEnvironment::open(*held, Access::write, map_bytes);
    EXPECT_TRUE(environment->make_tables(stamp()));
    writer.emplace(*environment, WriteLimits{map_bytes, 1U << 20U, entries_maximum}, log);
    writer->start([this](Callback<void()> task) {
      ++posted;
      tasks.post(std::move(task));
    });
  }

  static Write state(std::size_t number) {
    const std::string key = "key" + std::to_string(number);
    return {Write::Table::state, encode_state_key(StateTable::peers, as_bytes(key)), ByteVector(10)};
  }
  void write(std::size_t number) {
    writer
        ->write(state(number),
                [this](const Result<void>& result) {
                  ++completed;
                  if (!result) ++refused;
                  if (!result) last_error = result.error();
                })
        .detach();
  }
  /// As long as this lives nothing is committed: LMDB has one writer at a time.
  auto hold_commits() { return std::make_unique<WriteTransaction>(*environment); }
  void wait_for_all(std::size_t count) {
    tasks.run_until([this, count] { return completed == count; });
  }

  static constexpr std::size_t entries_maximum = 30'000;
  StoreResult<StoreDirectory> held = StoreDirectory::open(options().path, Access::write);
  std::unique_ptr<LmdbEnvironment> environment;
  std::optional<BatchWriter> writer;
  std::atomic<std::size_t> posted = 0;
  std::size_t completed = 0;
  std::size_t refused = 0;
  boost::system::error_code last_error;
};

TEST_F(BatchWriterTest, CommitsManyWritesTogether) {
  auto hold = hold_commits();
  for (std::size_t i = 0; i < writes_per_commit_maximum + 1; ++i) write(i);
  hold.reset();
  wait_for_all(writes_per_commit_maximum + 1);
  EXPECT_EQ(refused, 0U);
  // What the thread had taken before all were there, the rest up to the maximum, and at most one more for what is over.
  EXPECT_GE(posted, 2U);
  EXPECT_LE(posted, 3U);
}

TEST_F(BatchWriterTest, RefusesOneWriteMoreThanItsQueueHolds) {
  auto hold = hold_commits();
  std::size_t written = 0;
  // The thread has taken the beginning of the queue by then, all, some or nothing of a batch.
  while (posted == 0 && written <= queued_writes_maximum + writes_per_commit_maximum) write(written++);
  EXPECT_GT(written, queued_writes_maximum);
  hold.reset();
  wait_for_all(written);
  EXPECT_EQ(refused, 1U);
  EXPECT_EQ(last_error, Errc::overloaded);
  write(written);
  wait_for_all(written + 1);
  EXPECT_EQ(refused, 1U);
}

TEST_F(BatchWriterTest, WhenStoppedHasWrittenWhatItWasGivenAndPostsNothingMore) {
  auto hold = hold_commits();
  for (std::size_t i = 0; i < 100; ++i) write(i);
  hold.reset();
  writer->stop();
  writer->stop();  // again changes nothing
  const std::size_t posted_before = posted;
  EXPECT_GE(posted_before, 1U);
  wait_for_all(100);
  EXPECT_EQ(refused, 0U);
  EXPECT_EQ(ReadTransaction(*environment).entries(environment->tables().state), 100U);
  write(100);
  wait_for_all(101);
  EXPECT_EQ(last_error, Errc::overloaded);
  EXPECT_EQ(posted, posted_before + 1) << "the refusal, by the caller's own thread";
}

TEST_F(BatchWriterTest, RefusesOneStateEntryMoreThanItsMaximum) {
  writer.emplace(*environment, WriteLimits{map_bytes, 1U << 20U, 2}, log);
  writer->start([this](Callback<void()> task) { tasks.post(std::move(task)); });
  write(1);
  write(2);
  wait_for_all(2);
  EXPECT_EQ(refused, 0U);
  write(3);
  wait_for_all(3);
  EXPECT_EQ(last_error, Errc::overloaded);
  write(2);  // replacing needs no room
  wait_for_all(4);
  EXPECT_EQ(refused, 1U);
}

}  // namespace
}  // namespace p2pns::store
