#include "core/store/memory_record_store.hpp"

#include <algorithm>

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::store {
namespace {

using dht::Binding;
using dht::RecordType;
using dht::VerifiedRecord;
using namespace std::chrono_literals;

class MemoryRecordStoreTest : public testing::Test {
 protected:
  VerifiedRecord record(std::string label, std::uint64_t sequence = 1, std::chrono::hours left = 24h) {
    Binding binding = owner.binding(std::move(label), sequence);
    binding.not_after = dht::test_wall + left;
    return dht::verified(binding, owner);
  }
  Result<void> put(MemoryRecordStore& store, VerifiedRecord value) {
    std::optional<Result<void>> result;
    const auto operation = store.put(std::move(value), [&result](const Result<void>& outcome) { result = outcome; });
    EXPECT_FALSE(result);  // never inside the call
    timers.advance_to(timers.now());
    EXPECT_TRUE(result);
    return *result;
  }
  static Key key_of(std::string_view label) { return dht::name_position("p2p", label, 0); }

  TimerQueue timers{test::network_start};
  test::SeededRandom random{11};
  dht::Owner owner{random};
};

TEST_F(MemoryRecordStoreTest, FindsWhatWasPut) {
  MemoryRecordStore store{timers};
  EXPECT_FALSE(store.find(key_of("alice"), RecordType::binding));
  EXPECT_TRUE(put(store, record("alice")));
  EXPECT_EQ(store.find(key_of("alice"), RecordType::binding), record("alice"));
  EXPECT_FALSE(store.find(key_of("alice"), RecordType::record_set));
  EXPECT_FALSE(store.find(key_of("bob"), RecordType::binding));
}

TEST_F(MemoryRecordStoreTest, ReplacesTheRecordOfOneKeyAndType) {
  MemoryRecordStore store{timers};
  EXPECT_TRUE(put(store, record("alice")));
  EXPECT_TRUE(put(store, record("alice", 2, 48h)));
  EXPECT_EQ(store.size(), 1U);
  EXPECT_EQ(store.size_bytes(), record("alice").bytes().size());
  EXPECT_EQ(store.find(key_of("alice"), RecordType::binding)->sequence(), 2U);
  // The first one's end must not drop the second one.
  store.expire(dht::test_wall + 25h);
  EXPECT_EQ(store.size(), 1U);
}

TEST_F(MemoryRecordStoreTest, KeepsTypesOfOneKeyApart) {
  MemoryRecordStore store{timers};
  EXPECT_TRUE(put(store, record("alice")));
  EXPECT_TRUE(put(store, dht::verified(dht::withdrawal_of(owner.binding("alice")), owner)));
  EXPECT_EQ(store.size(), 2U);
}

TEST_F(MemoryRecordStoreTest, RemovesAndCompletesAlsoWhenThereIsNothing) {
  MemoryRecordStore store{timers};
  EXPECT_TRUE(put(store, record("alice")));
  int completed = 0;
  const auto count = [&completed](const Result<void>& result) { completed += result ? 1 : 0; };
  const auto first = store.remove(key_of("alice"), RecordType::binding, count);
  const auto second = store.remove(key_of("alice"), RecordType::binding, count);
  EXPECT_EQ(completed, 0);
  timers.advance_to(timers.now());
  EXPECT_EQ(completed, 2);
  EXPECT_EQ(store.size(), 0U);
  EXPECT_EQ(store.size_bytes(), 0U);
}

TEST_F(MemoryRecordStoreTest, DoesNotCompleteACancelledPut) {
  MemoryRecordStore store{timers};
  bool completed = false;
  auto operation = store.put(record("alice"), [&completed](const Result<void>&) { completed = true; });
  operation.cancel();
  timers.advance_to(timers.now());
  EXPECT_FALSE(completed);
}

TEST_F(MemoryRecordStoreTest, RefusesOneRecordMoreThanItsMaximum) {
  MemoryRecordStore store{timers, {2, 100'000}};
  EXPECT_TRUE(put(store, record("a")));
  EXPECT_TRUE(put(store, record("b")));
  EXPECT_EQ(put(store, record("c")).error(), Errc::overloaded);
  EXPECT_EQ(store.size(), 2U);
  EXPECT_TRUE(put(store, record("a", 2)));  // replacing needs no room
}

TEST_F(MemoryRecordStoreTest, RefusesOneByteMoreThanItsMaximum) {
  const std::size_t size = record("a").bytes().size();
  MemoryRecordStore below{timers, {100, 2 * size - 1}};
  EXPECT_TRUE(put(below, record("a")));
  EXPECT_EQ(put(below, record("b")).error(), Errc::overloaded);
  MemoryRecordStore at{timers, {100, 2 * size}};
  EXPECT_TRUE(put(at, record("a")));
  EXPECT_TRUE(put(at, record("b")));
  EXPECT_TRUE(put(at, record("b", 2)));
  EXPECT_EQ(put(at, record("c")).error(), Errc::overloaded);
  EXPECT_EQ(at.size_bytes(), 2 * size);
}

TEST_F(MemoryRecordStoreTest, ExpiresInTheOrderOfTheEnds) {
  MemoryRecordStore store{timers};
  EXPECT_TRUE(put(store, record("late", 1, 72h)));
  EXPECT_TRUE(put(store, record("early", 1, 24h)));
  EXPECT_TRUE(put(store, record("middle", 1, 48h)));
  store.expire(dht::test_wall + 24h);
  EXPECT_EQ(store.size(), 3U);
  store.expire(dht::test_wall + 24h + 1ms);
  EXPECT_EQ(store.size(), 2U);
  EXPECT_FALSE(store.find(key_of("early"), RecordType::binding));
  store.expire(dht::test_wall + 1000h);
  EXPECT_EQ(store.size(), 0U);
  EXPECT_EQ(store.size_bytes(), 0U);
}

class ScanTest : public MemoryRecordStoreTest {
 protected:
  ScanTest() {
    for (int i = 0; i < 10; ++i) {
      const std::string label = "n" + std::to_string(i);
      EXPECT_TRUE(put(store, record(label)));
      keys.push_back(key_of(label));
    }
    std::ranges::sort(keys);
  }
  std::vector<Key> scan(const Key& from, const Key& to, std::size_t maximum = 100) {
    std::vector<Key> found;
    for (const VerifiedRecord& value : store.scan({from, to}, {}, maximum).records) found.push_back(value.key());
    return found;
  }
  std::vector<Key> between(std::size_t first, std::size_t last) {
    return {keys.begin() + static_cast<std::ptrdiff_t>(first), keys.begin() + static_cast<std::ptrdiff_t>(last)};
  }

  MemoryRecordStore store{timers};
  std::vector<Key> keys;
};

TEST_F(ScanTest, GivesAHalfOpenRangeInKeyOrder) {
  EXPECT_EQ(scan(keys[2], keys[5]), between(2, 5));
  EXPECT_EQ(scan(Key{}, keys[1]), between(0, 1));
}

TEST_F(ScanTest, WrapsAroundTheEnd) {
  auto expected = between(7, 10);
  expected.push_back(keys[0]);
  expected.push_back(keys[1]);
  EXPECT_EQ(scan(keys[7], keys[2]), expected);
}

TEST_F(ScanTest, GivesTheWholeCircleFromAKeyToItself) { EXPECT_EQ(scan(keys[4], keys[4]).size(), keys.size()); }

TEST_F(ScanTest, GoesOnWhereThePageBeforeEnded) {
  for (const auto& [from, to] : {std::pair{2, 8}, std::pair{8, 2}, std::pair{3, 3}}) {
    const dht::KeyRange range{keys[static_cast<std::size_t>(from)], keys[static_cast<std::size_t>(to)]};
    for (const std::size_t size : {1U, 2U, 3U, 100U}) {
      std::vector<Key> found;
      std::optional<dht::RecordPlace> after;
      do {
        const dht::ScanPage page = store.scan(range, after, size);
        EXPECT_LE(page.records.size(), size);
        for (const VerifiedRecord& value : page.records) found.push_back(value.key());
        after = page.last;
      } while (after);
      EXPECT_EQ(found, scan(range.from, range.to)) << "from " << from << " to " << to << ", pages of " << size;
    }
  }
}

TEST_F(ScanTest, TellsThatThereIsNoMore) {
  EXPECT_FALSE(store.scan({keys[0], keys[5]}, {}, 5).last);
  EXPECT_TRUE(store.scan({keys[0], keys[5]}, {}, 4).last);
}

TEST_F(ScanTest, StopsAtTheMaximum) {
  EXPECT_EQ(scan(keys[0], keys[9], 0).size(), 0U);
  EXPECT_EQ(scan(keys[0], keys[9], 8), between(0, 8));
  EXPECT_EQ(scan(keys[0], keys[9], 9), between(0, 9));
  EXPECT_EQ(scan(keys[0], keys[9], 10), between(0, 9));
  EXPECT_EQ(scan(keys[7], keys[2], 4).size(), 4U);
}

}  // namespace
}  // namespace p2pns::store
