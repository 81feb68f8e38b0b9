#include "core/store/durable_store.hpp"

#include <gmock/gmock.h>

#include "core/store/batch_writer.hpp"
#include "core/store/memory_record_store.hpp"
#include "tests/unit/store/store_fixture.hpp"

namespace p2pns::store {
namespace {

using dht::RecordType;
using testing::HasSubstr;

ByteVector bytes(std::string_view text) { return copy_of(as_bytes(text)); }

class DurableStoreTest : public StoreFixture {
 protected:
  Result<void> put_state(DurableStore& store, StateTable table, ByteVector key, ByteVector value) {
    return outcome(
        [&](auto callback) { return store.state().put(table, std::move(key), std::move(value), std::move(callback)); });
  }
  Result<void> remove_state(DurableStore& store, StateTable table, ByteVector key) {
    return outcome([&](auto callback) { return store.state().remove(table, std::move(key), std::move(callback)); });
  }
};

TEST_F(DurableStoreTest, FindsAfterARestartWhatWasPut) {
  {
    const auto store = open();
    EXPECT_FALSE(find(*store, "alice"));
    EXPECT_TRUE(put(*store, record("alice")));
    EXPECT_EQ(find(*store, "alice"), record("alice"));
    EXPECT_FALSE(store->records().find(key_of("alice"), RecordType::record_set));
  }
  const auto store = open();
  const auto found = find(*store, "alice");
  ASSERT_EQ(found, record("alice"));
  // What is not compared by operator== came back as well.
  EXPECT_EQ(found->key(), key_of("alice"));
  EXPECT_EQ(found->owner(), owner.keys.public_key());
  EXPECT_EQ(found->sequence(), 1U);
  EXPECT_EQ(found->not_after(), dht::test_wall + 24h);
  EXPECT_EQ(store->records().size(), 1U);
}

TEST_F(DurableStoreTest, MakesItsFilesForItsUserAlone) {
  const auto store = open();
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(directory / "store").permissions(), perms::owner_all);
  for (const char* file : {"data.mdb", "lock.mdb"})
    EXPECT_EQ(std::filesystem::status(directory / "store" / file).permissions(),
              perms::owner_read | perms::owner_write);
}

TEST_F(DurableStoreTest, CompletesInTheOrderOfTheWrites) {
  const auto store = open();
  std::vector<int> completed;
  for (int i = 0; i < 20; ++i)
    store->records()
        .put(record("n" + std::to_string(i)), [&completed, i](const Result<void>&) { completed.push_back(i); })
        .detach();
  tasks.run_until([&] { return completed.size() == 20; });
  EXPECT_TRUE(std::ranges::is_sorted(completed));
}

TEST_F(DurableStoreTest, LetsTheLastOfSeveralWritesOfOneNameStand) {
  const auto store = open();
  int completed = 0;
  const auto count = [&completed](const Result<void>& result) { completed += result ? 1 : 0; };
  store->records().put(record("alice", 1), count).detach();
  store->records().remove(key_of("alice"), RecordType::binding, count).detach();
  store->records().put(record("alice", 3), count).detach();
  store->records().put(record("alice", 2), count).detach();
  tasks.run_until([&] { return completed == 4; });
  EXPECT_EQ(find(*store, "alice")->sequence(), 2U);
  EXPECT_EQ(store->records().size(), 1U);
}

TEST_F(DurableStoreTest, DoesNotCompleteACancelledPut) {
  const auto store = open();
  bool completed = false;
  auto operation = store->records().put(record("alice"), [&completed](const Result<void>&) { completed = true; });
  operation.cancel();
  EXPECT_TRUE(put(*store, record("bob")));  // in the same or a later commit
  EXPECT_FALSE(completed);
}

TEST_F(DurableStoreTest, KeepsWhatWasHandedOverWhenItIsClosedAtOnce) {
  {
    const auto operation = open()->records().put(record("alice"), [](const Result<void>&) { FAIL(); });
  }
  EXPECT_TRUE(find(*open(), "alice"));
}

TEST_F(DurableStoreTest, ACompletionMayDestroyTheStore) {
  auto store = open();
  bool done = false;
  store->records()
      .put(record("alice"),
           [&](const Result<void>&) {
             store.reset();
             done = true;
           })
      .detach();
  tasks.run_until([&] { return done; });
  EXPECT_TRUE(find(*open(), "alice"));
}

TEST_F(DurableStoreTest, RemovesAndCompletesAlsoWhenThereIsNothing) {
  const auto store = open();
  EXPECT_TRUE(put(*store, record("alice")));
  EXPECT_TRUE(remove(*store, "alice"));
  EXPECT_TRUE(remove(*store, "alice"));
  EXPECT_EQ(store->records().size(), 0U);
}

TEST_F(DurableStoreTest, DropsWhatHasExpiredInAnyNumberAndNothingElse) {
  const auto store = open();
  constexpr std::size_t expired = 3 * expired_per_commit_maximum + 1;
  EXPECT_EQ(put_all(*store, expired), expired);
  EXPECT_TRUE(put(*store, record("n0", 2, 48h)));  // renewed: its first end must not drop it
  EXPECT_TRUE(put(*store, record("at-the-end", 1, 36h)));
  store->records().expire(dht::test_wall + 36h);
  // Each commit goes together with a share of what has expired.
  for (int i = 0; store->records().size() > 2 && i < 1000; ++i) EXPECT_TRUE(remove(*store, "nothing"));
  EXPECT_EQ(store->records().size(), 2U);
  EXPECT_TRUE(find(*store, "n0"));
  EXPECT_TRUE(find(*store, "at-the-end"));
}

TEST_F(DurableStoreTest, RefusesNewNamesWhenFullAndStillRenewsWhatItHolds) {
  StoreOptions small = options();
  // A commit of 100 records copies at most as many pages of each table, and LMDB uses none again before the next but
  // one: the reserve has room for three such commits.
  small.maximum_bytes = 4U << 20U;
  small.reserve_bytes = 3U << 20U;
  const auto store = open(small);
  std::size_t held = 0;
  while (put_all(*store, 100, held) == 100) held += 100;
  EXPECT_GT(held, 1000U);
  EXPECT_EQ(put(*store, record("one-more")).error(), Errc::overloaded);
  for (std::size_t first = 0; first < held; first += 100) EXPECT_EQ(put_all(*store, 100, first, 2), 100U);
  EXPECT_EQ(find(*store, "n0")->sequence(), 2U);
  EXPECT_TRUE(put_state(*store, StateTable::owned_names, bytes("own"), bytes("name")));
  EXPECT_EQ(std::ranges::count_if(log.lines, [](auto& line) { return line.find("full") != line.npos; }), 1);
  // Room made is room again.
  for (std::size_t i = 0; i < held / 2; ++i)
    store->records().remove(key_of("n" + std::to_string(i)), RecordType::binding, [](const Result<void>&) {}).detach();
  EXPECT_TRUE(remove(*store, "nothing"));  // everything before it is committed
  EXPECT_TRUE(put(*store, record("one-more")));
}

TEST_F(DurableStoreTest, TellsThatNothingFitsWhenTheFileItselfIsFullAndLosesNothing) {
  StoreOptions tight = options();
  tight.maximum_bytes = 256U << 10U;
  tight.reserve_bytes = 1;  // what no configuration can ask for: no room to work in
  std::size_t held = 0;
  {
    const auto store = open(tight);
    while (put_all(*store, 10, held) == 10) held += 10;
    EXPECT_EQ(put_all(*store, 10, held), 0U);
    EXPECT_THAT(log.lines, testing::Contains(HasSubstr("cannot be written")));
  }
  const auto store = open();
  EXPECT_GE(store->records().size(), held);
  EXPECT_TRUE(put(*store, record("one-more")));
}

TEST_F(DurableStoreTest, KeepsItsOwnStateByTableInKeyOrder) {
  {
    const auto store = open();
    EXPECT_TRUE(put_state(*store, StateTable::peers, bytes("b"), bytes("2")));
    EXPECT_TRUE(put_state(*store, StateTable::peers, bytes("a"), bytes("1")));
    EXPECT_TRUE(put_state(*store, StateTable::owned_names, bytes("c"), bytes("3")));
    EXPECT_TRUE(put_state(*store, StateTable::peers, bytes("b"), bytes("4")));
    EXPECT_TRUE(put_state(*store, StateTable::peers, bytes("z"), {}));
    EXPECT_TRUE(remove_state(*store, StateTable::peers, bytes("z")));
    EXPECT_TRUE(remove_state(*store, StateTable::peers, bytes("z")));
  }
  const auto store = open();
  const auto peers = store->state().load(StateTable::peers);
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(peers[0].key, bytes("a"));
  EXPECT_EQ(peers[1].value, bytes("4"));
  EXPECT_EQ(store->state().load(StateTable::owned_names).size(), 1U);
}

TEST_F(DurableStoreTest, TakesStateUpToItsMaximumSize) {
  const auto store = open();
  const auto put_sized = [&](std::size_t key, std::size_t value) {
    return put_state(*store, StateTable::peers, ByteVector(key), ByteVector(value));
  };
  EXPECT_TRUE(put_sized(state_key_maximum_bytes, state_value_maximum_bytes));
  EXPECT_EQ(put_sized(state_key_maximum_bytes + 1, 0).error(), Errc::too_large);
  EXPECT_EQ(put_sized(0, 0).error(), Errc::too_large);
  EXPECT_EQ(put_sized(1, state_value_maximum_bytes + 1).error(), Errc::too_large);
  EXPECT_TRUE(remove_state(*store, StateTable::peers, ByteVector(state_key_maximum_bytes + 1)));
  const auto loaded = store->state().load(StateTable::peers);
  ASSERT_EQ(loaded.size(), 1U);
  EXPECT_EQ(loaded[0].value.size(), state_value_maximum_bytes);
}

/// The memory store is the model: after any sequence of writes both show the same, in pages of any size.
TEST_F(DurableStoreTest, ShowsWhatTheMemoryStoreShows) {
  test::SeededRandom chance{test::announced_seed()};
  TimerQueue timers{test::network_start};
  MemoryRecordStore model{timers};
  auto store = open();
  std::vector<dht::VerifiedRecord> made;
  for (int i = 0; i < 60; ++i)
    made.push_back(record("n" + std::to_string(i % 40), 1 + chance.below(9), std::chrono::hours{1 + chance.below(9)}));
  const auto ignore = [](const Result<void>&) {};
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 10; ++i) {
      const auto& value = made[chance.below(made.size())];
      if (chance.below(4) == 0) {
        model.remove(value.key(), value.type(), ignore).detach();
        store->records().remove(value.key(), value.type(), ignore).detach();
      } else {
        model.put(value, ignore).detach();
        store->records().put(value, ignore).detach();
      }
    }
    if (round % 10 == 9) store = (store.reset(), open());
    EXPECT_TRUE(remove(*store, "nothing"));  // everything before it is committed
    EXPECT_EQ(store->records().size(), model.size());
    const dht::KeyRange range{made[chance.below(made.size())].key(), made[chance.below(made.size())].key()};
    std::optional<dht::RecordPlace> after;
    const std::size_t page_size = 1 + chance.below(7);
    do {
      const dht::ScanPage expected = model.scan(range, after, page_size);
      const dht::ScanPage page = store->records().scan(range, after, page_size);
      EXPECT_EQ(page.records, expected.records);
      EXPECT_EQ(page.last, expected.last);
      after = expected.last;
    } while (after);
  }
}

}  // namespace
}  // namespace p2pns::store
