#include "core/store/memory_state_store.hpp"

#include <gtest/gtest.h>
#include <optional>

#include "tests/support/test_network.hpp"

namespace p2pns::store {
namespace {

class MemoryStateStoreTest : public testing::Test {
 protected:
  static ByteVector bytes(std::string_view text) { return copy_of(as_bytes(text)); }
  Result<void> put(MemoryStateStore& store, StateTable table, ByteVector key, ByteVector value) {
    std::optional<Result<void>> result;
    const auto operation = store.put(table, std::move(key), std::move(value),
                                     [&result](const Result<void>& outcome) { result = outcome; });
    EXPECT_FALSE(result);  // never inside the call
    timers.advance_to(timers.now());
    return result.value();
  }
  TimerQueue timers{test::network_start};
};

TEST_F(MemoryStateStoreTest, LoadsWhatWasPutByTableInKeyOrder) {
  MemoryStateStore store{timers};
  EXPECT_TRUE(put(store, StateTable::peers, bytes("b"), bytes("2")));
  EXPECT_TRUE(put(store, StateTable::peers, bytes("a"), bytes("1")));
  EXPECT_TRUE(put(store, StateTable::owned_names, bytes("c"), bytes("3")));
  EXPECT_TRUE(put(store, StateTable::peers, bytes("b"), bytes("4")));
  const auto peers = store.load(StateTable::peers);
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(peers[0].key, bytes("a"));
  EXPECT_EQ(peers[1].value, bytes("4"));
  EXPECT_EQ(store.load(StateTable::owned_names).size(), 1U);
}

TEST_F(MemoryStateStoreTest, RemovesAndCompletesAlsoWhenThereIsNothing) {
  MemoryStateStore store{timers};
  EXPECT_TRUE(put(store, StateTable::peers, bytes("a"), bytes("1")));
  int completed = 0;
  for (int i = 0; i < 2; ++i)
    store.remove(StateTable::peers, bytes("a"), [&](const Result<void>& result) { completed += result ? 1 : 0; })
        .detach();
  EXPECT_EQ(completed, 0);
  timers.advance_to(timers.now());
  EXPECT_EQ(completed, 2);
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(MemoryStateStoreTest, TakesKeysAndValuesUpToTheirMaximum) {
  MemoryStateStore store{timers};
  EXPECT_TRUE(put(store, StateTable::peers, ByteVector(state_key_maximum_bytes), {}));
  EXPECT_EQ(put(store, StateTable::peers, ByteVector(state_key_maximum_bytes + 1), {}).error(), Errc::too_large);
  EXPECT_EQ(put(store, StateTable::peers, {}, {}).error(), Errc::too_large);
  EXPECT_TRUE(put(store, StateTable::peers, bytes("k"), ByteVector(state_value_maximum_bytes)));
  EXPECT_EQ(put(store, StateTable::peers, bytes("k"), ByteVector(state_value_maximum_bytes + 1)).error(),
            Errc::too_large);
  EXPECT_EQ(store.size(), 2U);
}

TEST_F(MemoryStateStoreTest, RefusesOneEntryMoreThanItsMaximum) {
  MemoryStateStore store{timers, 2};
  EXPECT_TRUE(put(store, StateTable::peers, bytes("a"), {}));
  EXPECT_TRUE(put(store, StateTable::owned_names, bytes("a"), {}));
  EXPECT_EQ(put(store, StateTable::peers, bytes("b"), {}).error(), Errc::overloaded);
  EXPECT_TRUE(put(store, StateTable::peers, bytes("a"), bytes("replacing needs no room")));
}

}  // namespace
}  // namespace p2pns::store
