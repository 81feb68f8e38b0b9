// Owners that are away: their published copy is shown, marked stale, and nothing else is.
#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;

class OfflineOwner : public test::NamesTest {
 protected:
  RecordSet set_of(std::uint64_t sequence, std::uint32_t generation = 0) const {
    return {alice_name, alice->owner.public_key(),     generation,
            sequence,   alice->wall_clock.now() + 24h, address_records(7)};
  }
  void publish(const RecordSet& set, const crypto::Signer& signer,
               const crypto::NetworkParameters& of = test::network_parameters) {
    const auto record = dht::verify(*sign_published(set, signer, of), alice->verifier, of, alice->wall_clock.now());
    ASSERT_TRUE(record) << record.error().message();
    overlay.copies.insert_or_assign(dht::name_position("p2p", "alice", 0), *record);
  }

  test::TestNode& asker = add_node();
  test::TestNode* alice = &add_node();
  const P2PName alice_name = name("alice.p2p");
};

TEST_F(OfflineOwner, IsSpokenForByItsCopy) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  switch_off(*alice);
  const TimePoint asked_at = network.now();
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::found);
  EXPECT_TRUE(answer->stale);
  EXPECT_EQ(answer->record_set->records, address_records(7));
  EXPECT_FALSE(answer->node);
  ASSERT_TRUE(answer->binding);
  EXPECT_LT(network.now() - asked_at, 4s) << "what front ends wait for";
  EXPECT_LE(answer->expires - network.now(), stale_answer_life);
  EXPECT_EQ(resolve(asker, alice_name), answer);
  const auto& last = answer->trace.back();
  EXPECT_TRUE(std::ranges::any_of(answer->trace, [](const StageTrace& s) { return s.stage == 3 && s.tally; }));
  EXPECT_GE(last.stage, 2);
}

TEST_F(OfflineOwner, WithoutACopyIsOffline) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7)));
  switch_off(*alice);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::owner_offline);
  EXPECT_EQ(asker.dht.copies_read, 1U);
}

TEST_F(OfflineOwner, ThatTookItsCopyBackIsOffline) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), false));
  switch_off(*alice);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::owner_offline);
}

TEST_F(OfflineOwner, IsAskedAgainSoonAndSpeaksForItselfThen) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  switch_off(*alice);
  ASSERT_TRUE(resolve(asker, alice_name)->stale);
  alice = &restart(*alice, Memory::kept);
  network.run_for(stale_answer_life);
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::found);
  EXPECT_FALSE(answer->stale);
  EXPECT_EQ(answer->node->id, alice->identity.node_id());
}

TEST_F(OfflineOwner, IsNotReplacedByItsCopyWhileItAnswersInTime) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(resolve(asker, alice_name, true)->stale);
    network.run_for(61s);
  }
  EXPECT_EQ(asker.dht.copies_read, 0U) << "a node that answers costs no read";
}

// Slow, but there: its own word counts.
TEST_F(OfflineOwner, IsWaitedForWhileItsCopyIsAtHand) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  asker.routing.delay = 1500ms;
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::found);
  EXPECT_FALSE(answer->stale);
  EXPECT_EQ(asker.dht.copies_read, 1U);
}

TEST_F(OfflineOwner, IsNotWaitedForAnyLongerThanFrontEndsWait) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  asker.routing.delay = 8s;
  const TimePoint asked_at = network.now();
  const auto answer = resolve(asker, alice_name);
  EXPECT_TRUE(answer->stale);
  EXPECT_LT(network.now() - asked_at, 3s);
}

TEST_F(OfflineOwner, WhoseCopyComesLateIsShownAllTheSame) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  switch_off(*alice);
  ASSERT_TRUE(resolve(asker, alice_name)->stale);  // the binding is in the cache now
  network.run_for(61s);
  asker.dht.delay = 5s;
  EXPECT_TRUE(resolve(asker, alice_name)->stale);
}

TEST_F(OfflineOwner, WhoseNodeForgotTheNameIsSpokenForToo) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  alice = &restart(*alice, Memory::lost);
  EXPECT_TRUE(resolve(asker, alice_name)->stale);
  EXPECT_TRUE(resolve(*alice, alice_name)->stale) << "also at that node itself";
  network.run_for(stale_answer_life);
  EXPECT_TRUE(resolve(asker, alice_name)->stale) << "also when the binding comes from the cache and is read again";
}

TEST_F(OfflineOwner, IsNotSpokenForByWhatItDidNotPublish) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7)));
  const dht::Binding bound = bind(alice_name, *alice, 5, 3);
  switch_off(*alice);
  test::TestNode& bob = add_node();
  RecordSet others = set_of(9, 3);
  others.owner = bob.owner.public_key();
  RecordSet other_name = set_of(9, 3);
  other_name.name = name("bob.p2p");
  const auto outcome = [&] { return resolve(asker, alice_name, true)->outcome; };
  publish(others, bob.owner);
  EXPECT_EQ(outcome(), Outcome::owner_offline) << "another owner's";
  publish(other_name, alice->owner);
  EXPECT_EQ(outcome(), Outcome::owner_offline) << "of another name";
  publish(set_of(9, 2), alice->owner);
  EXPECT_EQ(outcome(), Outcome::owner_offline) << "of a generation that is over";
  publish(set_of(9, 3), alice->owner, {"other", {0, 0}, true});
  EXPECT_EQ(outcome(), Outcome::owner_offline) << "of another network";
  publish(set_of(9, bound.generation), alice->owner);
  EXPECT_EQ(outcome(), Outcome::found);
}

TEST_F(OfflineOwner, IsNotSpokenForByACopyOlderThanWhatWasSeen) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  const auto old = overlay.copies;
  network.run_for(1s);
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(8), true));
  ASSERT_EQ(resolve(asker, alice_name)->record_set->records, address_records(8));
  switch_off(*alice);
  overlay.copies = old;  // somebody kept it
  EXPECT_EQ(resolve(asker, alice_name, true)->outcome, Outcome::owner_offline);
}

TEST_F(OfflineOwner, OfAPublicKeyHasNoCopy) {
  switch_off(*alice);
  EXPECT_EQ(resolve(asker, name_of_key(alice->identity.public_key(), "p2p"))->outcome, Outcome::owner_offline);
  EXPECT_EQ(asker.dht.copies_read, 0U);
}

}  // namespace
}  // namespace p2pns::names
