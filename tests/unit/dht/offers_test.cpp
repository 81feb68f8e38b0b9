// Offering records: what waits, what travels, and what is given up.
#include "core/dht/offers.hpp"

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

/// Node 0 takes what it is offered; node 1 has the parts of a replica, and offers.
class OffersTest : public testing::Test {
 protected:
  void SetUp() override { offers.emplace(context, 3); }

  RecordPlace put(std::string_view label) {
    const VerifiedRecord record = verified(owner.binding(std::string{label}), owner);
    from.store.put(record, [](const Result<void>&) {}).detach();
    return place_of(record);
  }
  bool wait_until_idle() {
    bool idle = false;
    offers->when_idle([&idle] { idle = true; });
    return overlay.network.run_until([&idle] { return idle; }, 1min);
  }

  DhtOverlay overlay{1, 3, 1};
  DhtNode& to = overlay.node(0);
  DhtNode& from = overlay.node(1);
  Owner owner{overlay.random};
  RecordVerifier records{from.verifier, from.network, from.wall_clock};
  Replica replica{{from.channel, from.routing, from.store, records, from.network, from.host.timers(), from.wall_clock}};
  ReplicationCounters counters;
  ReplicationClient client{from.channel, counters};
  ReplicationContext context{from.routing, from.store,         replica,         records,    client,
                             counters,     from.host.timers(), from.wall_clock, from.random};
  std::optional<Offers> offers;
};

TEST_F(OffersTest, TakesNoMoreThanItsMaximumAndEachPlaceOnce) {
  for (const char* const label : {"a", "b", "b", "c"}) offers->add(to.handle(), put(label));
  EXPECT_EQ(offers->waiting(), 3U);
  EXPECT_EQ(counters.unsent, 0U);
  offers->add(to.handle(), put("d"));
  EXPECT_EQ(offers->waiting(), 3U);
  EXPECT_EQ(counters.unsent, 1U);
  ASSERT_TRUE(wait_until_idle());
  EXPECT_EQ(to.store.size(), 3U);
  offers->add(to.handle(), put("d"));
  ASSERT_TRUE(wait_until_idle());
  EXPECT_EQ(to.store.size(), 4U);
}

TEST_F(OffersTest, OnlyWhatIsMissingTravels) {
  const RecordPlace there = put("there");
  to.store.put(verified(owner.binding("there"), owner), [](const Result<void>&) {}).detach();
  std::map<RecordPlace, bool> outcomes;
  offers->on_outcome([&](const RecordPlace& place, const NodeId& target, bool holds) {
    EXPECT_EQ(target, to.identity.node_id());
    outcomes[place] = holds;
  });
  const RecordPlace missing = put("missing");
  offers->add(to.handle(), there);
  offers->add(to.handle(), missing);
  ASSERT_TRUE(wait_until_idle());
  EXPECT_EQ(outcomes, (std::map<RecordPlace, bool>{{there, true}, {missing, true}}));
  EXPECT_EQ(counters.offered, 2U);
  EXPECT_EQ(counters.handed_over, 1U);
}

TEST_F(OffersTest, AnotherOwnersRecordIsNoAcknowledgement) {
  const Owner rival{overlay.random};
  to.store.put(verified(rival.binding("alice"), rival), [](const Result<void>&) {}).detach();
  std::optional<bool> outcome;
  offers->on_outcome([&](const RecordPlace&, const NodeId&, bool holds) { outcome = holds; });
  offers->add(to.handle(), put("alice"));
  ASSERT_TRUE(wait_until_idle());
  EXPECT_EQ(outcome, false);
  EXPECT_EQ(counters.conflicts, 1U);
}

TEST_F(OffersTest, ANewerRecordThereIsAnAcknowledgementAndNewsHere) {
  to.store.put(verified(owner.binding("alice", 5), owner), [](const Result<void>&) {}).detach();
  std::optional<bool> outcome;
  offers->on_outcome([&](const RecordPlace&, const NodeId&, bool holds) { outcome = holds; });
  const RecordPlace place = put("alice");
  offers->add(to.handle(), place);
  ASSERT_TRUE(wait_until_idle());
  overlay.network.run_for(100ms);
  EXPECT_EQ(outcome, true);
  EXPECT_EQ(from.store.find(place.key, place.type)->sequence(), 5U);
}

TEST_F(OffersTest, ASilentTargetIsGivenUp) {
  to.switch_off();
  offers->add(to.handle(), put("a"));
  offers->add(to.handle(), put("b"));
  ASSERT_TRUE(wait_until_idle());
  EXPECT_TRUE(offers->idle());
  EXPECT_EQ(counters.handed_over, 0U);
}

TEST_F(OffersTest, WhatIsGoneMeanwhileIsNotOffered) {
  const RecordPlace place = put("a");
  offers->add(to.handle(), place);
  from.store.remove(place.key, place.type, [](const Result<void>&) {}).detach();
  ASSERT_TRUE(wait_until_idle());
  EXPECT_EQ(counters.offered, 0U);
}

}  // namespace
}  // namespace p2pns::dht
