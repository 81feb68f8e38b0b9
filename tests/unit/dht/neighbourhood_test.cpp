// Ranges of keys, and which of them a node stores.
#include "core/dht/neighbourhood.hpp"

#include "core/dht/record_digest.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

Key key(std::string_view start) { return test::fixed<Key>(std::string{start} + std::string(40 - start.size(), '0')); }

TEST(KeyRangeTest, APrefixIsARangeOfAllKeysThatShareIt) {
  const KeyRange range = prefix_range(key("abcd"), 12);
  EXPECT_EQ(range.from, key("abc"));
  EXPECT_EQ(range.to, key("abd"));
  EXPECT_TRUE(contains(range, key("abc")));
  EXPECT_TRUE(contains(range, key("abcffff")));
  EXPECT_FALSE(contains(range, key("abd")));
  EXPECT_EQ(prefix_range(key("ff8"), 9).to, Key{}) << "the last one ends with the keys";
  EXPECT_TRUE(contains(prefix_range(key("ff8"), 9), key("ffff")));
  EXPECT_FALSE(contains(prefix_range(key("ff8"), 9), Key{}));
}

TEST(KeyRangeTest, NoBitsAreAllKeysAndAllBitsAreOne) {
  EXPECT_TRUE(contains(prefix_range(key("12"), 0), Key{}));
  EXPECT_TRUE(contains(prefix_range(key("12"), 0), key("ffff")));
  const KeyRange one = prefix_range(key("12"), key_bits);
  EXPECT_EQ(one.to, successor(key("12")));
  EXPECT_TRUE(contains(one, key("12")));
  EXPECT_FALSE(contains(one, successor(key("12"))));
}

TEST(KeyRangeTest, TheLastKeyIsFollowedByTheFirst) {
  EXPECT_EQ(successor(test::fixed<Key>(std::string(40, 'f'))), Key{});
  EXPECT_EQ(successor(test::fixed<Key>("00000000000000000000000000000000000000ff")),
            test::fixed<Key>("0000000000000000000000000000000000000100"));
}

TEST(NeighbourhoodTest, TheRangeHoldsEverythingTheNodeStores) {
  test::SeededRandom random{test::announced_seed()};
  for (const std::size_t nodes : {1U, 2U, 24U, 25U, 60U, 400U}) {
    DhtOverlay overlay{nodes, random.next()};
    for (int i = 0; i < 200; ++i) {
      const Key position = random.value<Key>();
      const auto& routing = overlay.node(random.below(nodes)).routing;
      const Neighbourhood around{routing};
      if (routing.responsible_for(position, storing_nodes)) {
        EXPECT_TRUE(contains(around.range(), position)) << nodes;
        EXPECT_TRUE(around.stores(around.self(), position)) << nodes;
      }
    }
  }
}

TEST(NeighbourhoodTest, TheRangeShrinksAsTheOverlayGrows) {
  DhtOverlay small{24, 3};
  EXPECT_EQ(Neighbourhood(small.node(0).routing).range_bits(), 0U);
  DhtOverlay large{600, 3};
  const std::size_t bits = Neighbourhood(large.node(0).routing).range_bits();
  EXPECT_GE(bits, 3U);
  EXPECT_LE(bits, 6U);
}

TEST(RecordDigestTest, SumsDoNotDependOnThePiecesTheyAreMadeOf) {
  DhtOverlay overlay{1};
  const Owner owner{overlay.random};
  auto& store = overlay.node(0).store;
  for (int i = 0; i < 600; ++i)
    store.put(verified(owner.binding("name" + std::to_string(i)), owner), [](const Result<void>&) {}).detach();
  const auto all = [](const VerifiedRecord&) { return true; };
  std::size_t budget = 600;
  const auto whole = sum_of(store, {}, all, budget);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->records, 600U);
  EXPECT_EQ(budget, 0U);
  std::size_t unlimited = SIZE_MAX;
  const auto left = sum_of(store, {Key{}, key("8")}, all, unlimited);
  const auto right = sum_of(store, {key("8"), Key{}}, all, unlimited);
  EXPECT_EQ(left->digest + right->digest, whole->digest);
  budget = 599;
  EXPECT_FALSE(sum_of(store, {}, all, budget)) << "the budget ends the work";
}

}  // namespace
}  // namespace p2pns::dht
