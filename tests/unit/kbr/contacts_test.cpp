#include "core/kbr/contacts.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

constexpr TimePoint now = p2pns::test::network_start;

class RecordingNeighbours final : public NeighbourObserver {
 public:
  void on_neighbour_joined(const NodeHandle& node) override { present.push_back(node.id); }
  void on_neighbour_left(const NodeHandle& node) override { std::erase(present, node.id); }
  std::vector<NodeId> present;
};

class ContactsRules : public ::testing::Test {
 protected:
  ContactsRules() { contacts.observe(&neighbours); }
  std::vector<NodeHandle> add_strangers(std::size_t count) {
    std::vector<NodeHandle> added;
    for (std::size_t i = 0; i < count; ++i) {
      added.push_back(stranger(random));
      contacts.add(added.back(), 20ms, now);
    }
    return added;
  }
  std::vector<NodeId> sorted_by_distance(const Key& key, const std::vector<NodeHandle>& nodes) {
    std::vector<NodeId> ids;
    for (const NodeHandle& node : nodes) ids.push_back(node.id);
    std::ranges::sort(ids, [&key](const NodeId& left, const NodeId& right) { return closer(key, left, right); });
    return ids;
  }

  SeededRandom random{announced_seed()};
  NodeId self = random.value<NodeId>();
  Contacts contacts{self, BlockRule{true}};
  RecordingNeighbours neighbours;
};

TEST_F(ContactsRules, SiblingListHoldsExactlyTheNearestEightyInOrder) {
  const auto added = add_strangers(500);
  auto expected = sorted_by_distance(self, added);
  expected.resize(siblings_maximum);
  std::vector<NodeId> listed;
  for (const Contact& contact : contacts.siblings().contacts()) listed.push_back(contact.node.id);
  EXPECT_EQ(listed, expected);
  std::ranges::sort(neighbours.present);
  std::ranges::sort(expected);
  EXPECT_EQ(neighbours.present, expected) << "the observer saw another list";
}

TEST_F(ContactsRules, SiblingListIsFullAtItsMaximumOnly) {
  add_strangers(siblings_maximum - 1);
  EXPECT_FALSE(contacts.siblings().full());
  add_strangers(1);
  EXPECT_TRUE(contacts.siblings().full());
  add_strangers(1);
  EXPECT_EQ(contacts.siblings().size(), siblings_maximum);
}

TEST_F(ContactsRules, NearestAgreesWithSortingEverybody) {
  add_strangers(600);
  std::vector<NodeHandle> all;
  contacts.for_each([&](const Contact& contact) { all.push_back(contact.node); });
  EXPECT_EQ(all.size(), contacts.size());
  for (int i = 0; i < 50; ++i) {
    const Key key = random.value<Key>();
    auto expected = sorted_by_distance(key, all);
    expected.resize(siblings_per_key);
    std::vector<NodeId> nearest;
    for (const Contact* contact : contacts.nearest(key, siblings_per_key)) nearest.push_back(contact->node.id);
    ASSERT_EQ(nearest, expected);
  }
}

TEST_F(ContactsRules, TableStaysSmallHoweverManyNodesShowUp) {
  add_strangers(20'000);
  EXPECT_LE(contacts.size(), 400U);
  for (const Bucket& bucket : contacts.table().buckets()) EXPECT_LE(bucket.contacts().size(), bucket_size);
}

TEST_F(ContactsRules, ContactIsDroppedAtTheSecondMissedCheckNotAtTheFirst) {
  const NodeId id = add_strangers(1)[0].id;
  EXPECT_FALSE(contacts.miss_check(id, 0));
  ASSERT_NE(contacts.find(id), nullptr);
  EXPECT_TRUE(contacts.find(id)->suspect());
  EXPECT_TRUE(contacts.nearest(id, 1).empty()) << "a suspect is not named";
  EXPECT_EQ(contacts.nearest_of_all(id, 1).size(), 1U);
  EXPECT_TRUE(contacts.miss_check(id, 1));
  EXPECT_EQ(contacts.find(id), nullptr);
  EXPECT_EQ(contacts.size(), 0U);
  EXPECT_TRUE(neighbours.present.empty());
}

TEST_F(ContactsRules, AnAnswerClearsTheSuspicion) {
  const NodeHandle node = add_strangers(1)[0];
  contacts.miss_check(node.id, 0);
  EXPECT_TRUE(contacts.touch(node, 20ms, now + 1s));
  EXPECT_FALSE(contacts.find(node.id)->suspect());
}

TEST_F(ContactsRules, SuspicionAloneNeverDrops) {
  const NodeId id = add_strangers(1)[0].id;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(contacts.suspect(id));
  EXPECT_NE(contacts.find(id), nullptr);
}

TEST_F(ContactsRules, NextNearestTableContactMovesIntoTheSiblingList) {
  const auto added = add_strangers(120);
  const NodeId gone = contacts.siblings().contacts()[5].node.id;
  contacts.miss_check(gone, 1);
  std::vector<NodeHandle> known;
  contacts.for_each([&](const Contact& contact) { known.push_back(contact.node); });
  auto expected = sorted_by_distance(self, known);
  expected.resize(std::min(siblings_maximum, expected.size()));
  std::vector<NodeId> listed;
  for (const Contact& contact : contacts.siblings().contacts())
    if (!contact.suspect()) listed.push_back(contact.node.id);
  EXPECT_EQ(listed, expected);
}

TEST_F(ContactsRules, OwnIdAndUnknownOnesChangeNothing) {
  NodeHandle own = stranger(random);
  own.id = self;
  contacts.add(own, 20ms, now);
  EXPECT_FALSE(contacts.would_accept(own));
  EXPECT_FALSE(contacts.touch(stranger(random), 20ms, now));
  EXPECT_FALSE(contacts.suspect(random.value<NodeId>()));
  EXPECT_FALSE(contacts.miss_check(random.value<NodeId>(), 5));
  EXPECT_EQ(contacts.size(), 0U);
}

TEST(SiblingListBlocks, NearestOfABlockStayWhateverTheOrder) {
  SeededRandom random{3};
  const NodeId self = random.value<NodeId>();
  std::vector<Contact> block;
  for (std::size_t i = 0; i <= siblings_per_block_maximum + 4; ++i) {
    Contact contact;
    contact.node = stranger(random, endpoint("198.51.100." + std::to_string(i + 1) + ":1"));
    block.push_back(contact);
  }
  const auto listed = [&](const std::vector<Contact>& order) {
    SiblingList list{self, BlockRule{false}};
    for (const Contact& contact : order) list.add(contact);
    std::vector<NodeId> ids;
    for (const Contact& contact : list.contacts()) ids.push_back(contact.node.id);
    return ids;
  };
  const auto forward = listed(block);
  std::ranges::reverse(block);
  EXPECT_EQ(forward, listed(block));
  EXPECT_EQ(forward.size(), siblings_per_block_maximum);
  std::ranges::sort(block, [&](const Contact& a, const Contact& b) { return closer(self, a.node.id, b.node.id); });
  for (std::size_t i = 0; i < siblings_per_block_maximum; ++i) EXPECT_EQ(forward[i], block[i].node.id);
}

TEST(SiblingListBlocks, BelowTheLimitABlockIsNotTouched) {
  SeededRandom random{4};
  SiblingList list{random.value<NodeId>(), BlockRule{false}};
  for (std::size_t i = 0; i < siblings_per_block_maximum; ++i) {
    Contact contact;
    contact.node = stranger(random, endpoint("198.51.100." + std::to_string(i + 1) + ":1"));
    const SiblingChange change = list.add(contact);
    EXPECT_TRUE(change.entered);
    EXPECT_FALSE(change.displaced);
  }
}

}  // namespace
}  // namespace p2pns::kbr::test
