#include "core/kbr/bucket.hpp"

#include <gtest/gtest.h>

#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

constexpr TimePoint now = p2pns::test::network_start;

class BucketRules : public ::testing::Test {
 protected:
  Contact contact() { return contact_at(address_of(next_address_++)); }
  Contact contact_at(const Endpoint& at) {
    Contact made;
    made.node = stranger(random_, at);
    made.last_answer = now;
    return made;
  }
  std::vector<Contact> fill() {
    std::vector<Contact> contacts;
    for (std::size_t i = 0; i < bucket_size; ++i) {
      contacts.push_back(contact());
      EXPECT_EQ(bucket.add(contacts.back(), rule), Admission::added);
    }
    return contacts;
  }

  Bucket bucket;
  BlockRule rule;

 private:
  SeededRandom random_{5};
  std::size_t next_address_ = 0;
};

TEST_F(BucketRules, KeepsOldNodesWhenItIsFull) {
  const auto old = fill();
  const Contact newcomer = contact();
  EXPECT_FALSE(bucket.has_room_for(newcomer.node, rule));
  EXPECT_EQ(bucket.add(newcomer, rule), Admission::cached);
  for (const Contact& each : old) EXPECT_NE(bucket.find(each.node.id), nullptr);
  EXPECT_EQ(bucket.find(newcomer.node.id), nullptr);
}

TEST_F(BucketRules, LatestNewcomerTakesThePlaceOfADroppedNode) {
  const auto old = fill();
  bucket.add(contact(), rule);
  const Contact latest = contact();
  bucket.add(latest, rule);
  const auto promoted = bucket.remove(old[3].node.id, rule);
  ASSERT_TRUE(promoted);
  EXPECT_EQ(promoted->id, latest.node.id);
  EXPECT_EQ(bucket.contacts().size(), bucket_size);
  EXPECT_EQ(bucket.replacements(), 1U);
}

TEST_F(BucketRules, CacheForgetsTheOldestNewcomer) {
  const auto old = fill();
  std::vector<Contact> newcomers;
  for (std::size_t i = 0; i < replacements_maximum + 1; ++i) {
    newcomers.push_back(contact());
    bucket.add(newcomers.back(), rule);
    EXPECT_EQ(bucket.replacements(), std::min(i + 1, replacements_maximum));
  }
  for (std::size_t i = 0; i < bucket_size; ++i) bucket.remove(old[i].node.id, rule);
  EXPECT_EQ(bucket.find(newcomers.front().node.id), nullptr);
  EXPECT_NE(bucket.find(newcomers[1].node.id), nullptr);
}

TEST_F(BucketRules, KnownNodeIsUpdatedInPlace) {
  Contact known = contact();
  bucket.add(known, rule);
  bucket.add(contact(), rule);
  note_answer(known, known.node, 30ms, now + 1s);
  EXPECT_EQ(bucket.add(known, rule), Admission::updated);
  EXPECT_EQ(bucket.contacts().size(), 2U);
  EXPECT_EQ(bucket.contacts()[0].last_answer, now + 1s);
}

TEST_F(BucketRules, TakesTwoNodesOfAnAddressBlockAndNoThird) {
  EXPECT_EQ(bucket.add(contact_at(endpoint("198.51.100.1:1")), rule), Admission::added);
  EXPECT_EQ(bucket.add(contact_at(endpoint("198.51.100.2:1")), rule), Admission::added);
  EXPECT_EQ(bucket.add(contact_at(endpoint("198.51.100.3:1")), rule), Admission::cached);
  EXPECT_EQ(bucket.add(contact_at(endpoint("198.51.101.3:1")), rule), Admission::added);
  EXPECT_EQ(bucket.add(contact_at(endpoint("[2001:db8:1::1]:1")), rule), Admission::added);
  EXPECT_EQ(bucket.add(contact_at(endpoint("[2001:db8:1:2::1]:1")), rule), Admission::added);
  EXPECT_EQ(bucket.add(contact_at(endpoint("[2001:db8:1:3::1]:1")), rule), Admission::cached);
}

TEST_F(BucketRules, PrivateAddressesCountUnlessExempt) {
  const BlockRule exempt{true};
  for (int i = 1; i <= 3; ++i) {
    const Contact each = contact_at(endpoint("127.0.0." + std::to_string(i) + ":1"));
    Bucket other;
    EXPECT_EQ(bucket.add(each, exempt), Admission::added);
  }
  EXPECT_EQ(bucket.add(contact_at(endpoint("127.0.0.9:1")), rule), Admission::cached);
  for (int i = 1; i <= 2; ++i) bucket.add(contact_at(endpoint("203.0.113." + std::to_string(i) + ":1")), exempt);
  EXPECT_EQ(bucket.add(contact_at(endpoint("203.0.113.3:1")), exempt), Admission::cached) << "public ones count";
}

TEST_F(BucketRules, ReplacementWaitsUntilItsBlockHasRoom) {
  const Contact first = contact_at(endpoint("198.51.100.1:1"));
  bucket.add(first, rule);
  bucket.add(contact_at(endpoint("198.51.100.2:1")), rule);
  const Contact other = contact();
  bucket.add(other, rule);
  const Contact third = contact_at(endpoint("198.51.100.3:1"));
  bucket.add(third, rule);
  EXPECT_FALSE(bucket.remove(other.node.id, rule)) << "the third of its block may not move up";
  const auto promoted = bucket.remove(first.node.id, rule);
  ASSERT_TRUE(promoted);
  EXPECT_EQ(promoted->id, third.node.id);
}

TEST_F(BucketRules, AnswerClearsSilencesAndPutsItsAddressInFront) {
  Contact known = contact();
  known.silences = 1;
  NodeHandle moved = known.node;
  moved.endpoints.assign(1, endpoint("192.0.2.77:5"));
  note_answer(known, moved, 10ms, now + 5s);
  EXPECT_FALSE(known.suspect());
  EXPECT_EQ(known.node.endpoints.front(), endpoint("192.0.2.77:5"));
  EXPECT_EQ(known.node.endpoints.size(), 2U);
  EXPECT_EQ(known.last_answer, now + 5s);
}

}  // namespace
}  // namespace p2pns::kbr::test
