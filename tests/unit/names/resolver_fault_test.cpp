// What goes wrong on the way of a resolution: owners that moved, are away or lie, old hints, replicas that disagree.
#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;
using wire::MessageType;

class ResolverFault : public test::NamesTest {
 protected:
  /// A node that answers ASK_OWNER with whatever the test puts into `statement`.
  test::TestNode& add_liar() {
    test::TestNode& node = add_node(test::Role::bare);
    node.channel.serve(MessageType::ask_owner, [this](const rpc::Request&, rpc::Responder respond) {
      respond(answer_type, encode(wire::OwnerSays{statement}));
    });
    return node;
  }
  RecordSet set_of(const test::TestNode& node, std::uint64_t sequence = 5, std::uint32_t generation = 0) const {
    return {alice_name, node.owner.public_key(), generation, sequence, node.wall_clock.now() + 24h, {}};
  }
  void state(const RecordSet& set, const crypto::Signer& signer,
             const crypto::NetworkParameters& network_of_set = test::network_parameters) {
    statement = *sign(set, signer, network_of_set);
  }

  test::TestNode& asker = add_node();
  const P2PName alice_name = name("alice.p2p");
  ByteVector statement;
  MessageType answer_type = MessageType::owner_says;
};

TEST_F(ResolverFault, ContestedAndTimedOutAreNeverCached) {
  const std::map<Errc, Outcome> outcomes{{Errc::contested, Outcome::contested},
                                         {Errc::timed_out, Outcome::timed_out},
                                         {Errc::not_reachable, Outcome::not_reachable},
                                         {Errc::no_peers, Outcome::not_reachable},
                                         {Errc::overloaded, Outcome::not_reachable}};
  std::size_t reads = 0;
  for (const auto& [error, outcome] : outcomes) {
    asker.dht.fail_reads = error;
    EXPECT_EQ(resolve(asker, alice_name)->outcome, outcome) << name_of(error);
    EXPECT_EQ(asker.dht.gets, ++reads);
    EXPECT_EQ(asker.service->find_cached(alice_name, asker.timers.now()), nullptr);
  }
}

TEST_F(ResolverFault, ReadThatFailsShowsItsHopsAndItsTally) {
  asker.dht.failed_read.tally = {16, 16, 0, 0, 16};
  asker.dht.failed_read.hops = {{asker.own_handle(), 0, 0ms, 40ms, true, 0}};
  for (const Errc error : {Errc::contested, Errc::timed_out}) {
    asker.dht.fail_reads = error;
    const auto answer = resolve(asker, alice_name);
    ASSERT_EQ(answer->trace.size(), 1U);
    EXPECT_EQ(answer->trace[0].stage, 1);
    EXPECT_EQ(answer->trace[0].hops.size(), 1U);
    ASSERT_TRUE(answer->trace[0].tally);
    EXPECT_EQ(answer->trace[0].tally->others, 16U);
  }
  EXPECT_LT(asker.dht.last_time_out, limits.resolution_time_out) << "or its end would come too late to tell";
}

TEST_F(ResolverFault, BindingOfAnotherNameAtThePositionIsContested) {
  test::TestNode& bob = add_node();
  bind(name("bob.p2p"), bob);
  const auto stored = *overlay.records.begin();
  overlay.records.insert_or_assign(dht::name_position("p2p", "alice", 0), stored.second);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::contested);
}

TEST_F(ResolverFault, OwnerThatDoesNotAnswerIsOfflineAndRememberedForSecondsOnly) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  switch_off(alice);
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::owner_offline);
  ASSERT_TRUE(answer->binding);
  EXPECT_EQ(answer->binding->node, alice.identity.node_id());
  EXPECT_FALSE(answer->node);
  EXPECT_EQ(resolve(asker, alice_name), answer);
  EXPECT_EQ(asker.service->find_cached(alice_name, asker.timers.now() + owner_offline_life), nullptr);
}

TEST_F(ResolverFault, NodeThatNobodyKnowsIsOffline) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  overlay.directory.erase(alice.identity.node_id());
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::owner_offline);
  EXPECT_EQ(resolve(asker, name_of_key(alice.identity.public_key(), "p2p"))->outcome, Outcome::owner_offline);
}

TEST_F(ResolverFault, LookupThatFailsShowsItsHops) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  asker.routing.fail_lookups = Errc::not_reachable;
  asker.routing.hops_of_failures = {{alice.own_handle(), 0, 0ms, 500ms, false, 0}};
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::not_reachable);
  ASSERT_EQ(answer->trace.size(), 2U);
  EXPECT_EQ(answer->trace[1].stage, 2);
  EXPECT_EQ(answer->trace[1].hops.size(), 1U);
}

TEST_F(ResolverFault, OverlayThatCannotBeReachedIsNoWordAboutTheOwner) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  for (const Errc error : {Errc::not_reachable, Errc::no_peers}) {
    asker.routing.fail_lookups = error;
    EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::not_reachable);
  }
}

TEST_F(ResolverFault, ReadThatNeverEndsTimesOutOnTime) {
  asker.dht.delay = 1h;
  const TimePoint started = network.now();
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::timed_out);
  EXPECT_EQ(network.now() - started, limits.resolution_time_out);
  EXPECT_EQ(asker.dht.pending(), 0U);
  ASSERT_EQ(answer->trace.size(), 1U);
  EXPECT_EQ(answer->trace[0].stage, 1);
  EXPECT_EQ(answer->trace[0].took, limits.resolution_time_out);
}

TEST_F(ResolverFault, LookupThatNeverEndsTimesOutOnTimeAndSaysHowFarItCame) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  asker.routing.delay = 1h;
  const TimePoint started = network.now();
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::timed_out);
  EXPECT_EQ(network.now() - started, limits.resolution_time_out);
  EXPECT_TRUE(answer->binding);
  ASSERT_EQ(answer->trace.size(), 3U);
  EXPECT_EQ(answer->trace[1].stage, 3) << "the copy: there is none";
  EXPECT_EQ(answer->trace[2].stage, 2);
  // A lookup gets less time than the resolution has, so that its own end is told from a time-out.
  EXPECT_LT(asker.routing.last_options->time_out, limits.resolution_time_out - test::dht_delay);
}

TEST_F(ResolverFault, OldHintIsHedgedByALookup) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  network.run_for(61s);
  network.move_host(alice.host, p2pns::test::endpoint("10.9.9.9:4000"));
  overlay.directory[alice.identity.node_id()] = alice.own_handle();
  const TimePoint started = network.now();
  const auto answer = resolve(asker, alice_name);
  ASSERT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->node->endpoints.front(), p2pns::test::endpoint("10.9.9.9:4000"));
  EXPECT_EQ(asker.routing.lookups, 2U);
  // The lookup started after twice the usual round trip; it did not wait for the direct question to fail.
  EXPECT_LE(network.now() - started, 2 * 40ms + test::search_delay + 40ms);
  EXPECT_EQ(asker.dht.gets, 1U);
}

TEST_F(ResolverFault, NameThatMovedToAnotherOwnerIsFoundThereAtOnce) {
  test::TestNode& alice = add_node();
  test::TestNode& bob = add_node();
  ASSERT_TRUE(register_name(alice, alice_name, address_records(1)));
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  ASSERT_TRUE(release(alice, alice_name));
  ASSERT_TRUE(register_name(bob, alice_name, address_records(2)));
  network.run_for(61s);
  const auto answer = resolve(asker, alice_name);
  ASSERT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->node->id, bob.identity.node_id());
  EXPECT_EQ(answer->record_set->records, address_records(2));
  EXPECT_EQ(asker.dht.gets, 2U);
}

TEST_F(ResolverFault, NameThatWasReleasedIsNoSuchName) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  ASSERT_TRUE(release(alice, alice_name));
  network.run_for(61s);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::no_such_name);
}

TEST_F(ResolverFault, NodeThatDisownsTheNameWhileTheReplicasInsistIsOffline) {
  test::TestNode& alice = add_node();
  bind(alice_name, alice);  // but its service knows nothing of it
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::owner_offline);
  EXPECT_EQ(asker.dht.gets, 1U);  // the binding was fresh: no reason to read it again
  network.run_for(6s);
  const auto again = resolve(asker, alice_name);  // now it comes from the cache and is suspect
  EXPECT_EQ(again->outcome, Outcome::owner_offline);
  EXPECT_EQ(again->node->id, alice.identity.node_id());
  EXPECT_EQ(asker.dht.gets, 2U);
  EXPECT_EQ(asker.routing.lookups, 2U);  // and the node is not asked the same twice
}

TEST_F(ResolverFault, SuspectBindingIsNotKeptWhenItCannotBeReadAgain) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  ASSERT_TRUE(release(alice, alice_name));
  network.run_for(61s);
  asker.dht.fail_reads = Errc::timed_out;
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::timed_out);
  EXPECT_EQ(asker.dht.gets, 2U);
  network.clear_captured();
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::timed_out);
  EXPECT_EQ(asker.dht.gets, 3U);
  EXPECT_TRUE(network.captured().empty());  // the node that disowned the name is not asked again
}

TEST_F(ResolverFault, BindingToThisNodeThatItKnowsNothingOfIsOffline) {
  bind(alice_name, asker);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::owner_offline);
  EXPECT_EQ(asker.routing.lookups, 0U);
}

TEST_F(ResolverFault, LiesOfTheOwnersNodeAreNotBelieved) {
  test::TestNode& liar = add_liar();
  test::TestNode& bob = add_node();
  bind(alice_name, liar, 1, 3);
  const RecordSet honest = set_of(liar, 5, 3);
  RecordSet other_name = honest;
  other_name.name = name("bob.p2p");
  RecordSet other_owner = honest;
  other_owner.owner = bob.owner.public_key();
  RecordSet old = honest;
  old.generation = 2;
  RecordSet expired = honest;
  expired.not_after = liar.wall_clock.now() - 11min;
  const std::vector<std::pair<const char*, Callback<void()>>> lies = [&] {
    std::vector<std::pair<const char*, Callback<void()>>> all;
    all.emplace_back("nothing", [&] { statement.clear(); });
    all.emplace_back("garbage", [&] { statement = ByteVector(200, std::byte{3}); });
    all.emplace_back("another name", [&] { state(other_name, liar.owner); });
    all.emplace_back("another owner", [&] { state(other_owner, bob.owner); });
    all.emplace_back("an older generation", [&] { state(old, liar.owner); });
    all.emplace_back("an old statement", [&] { state(expired, liar.owner); });
    all.emplace_back("another network", [&] { state(honest, liar.owner, {"other", {0, 0}, true}); });
    all.emplace_back("a broken signature", [&] {
      state(honest, liar.owner);
      statement.back() ^= std::byte{1};
    });
    return all;
  }();
  for (const auto& [what, lie] : lies) {
    lie();
    EXPECT_EQ(resolve(asker, alice_name, true)->outcome, Outcome::owner_offline) << what;
  }
  state(honest, liar.owner);
  answer_type = MessageType::pong;
  EXPECT_EQ(resolve(asker, alice_name, true)->outcome, Outcome::owner_offline);
  answer_type = MessageType::owner_says;
  EXPECT_EQ(resolve(asker, alice_name, true)->outcome, Outcome::found);
}

TEST_F(ResolverFault, OldRecordSetIsAReplay) {
  test::TestNode& liar = add_liar();
  bind(alice_name, liar);
  const auto outcome_with = [&](std::uint64_t sequence) {
    state(set_of(liar, sequence), liar.owner);
    return resolve(asker, alice_name, true)->outcome;
  };
  EXPECT_EQ(outcome_with(5), Outcome::found);
  EXPECT_EQ(outcome_with(5), Outcome::found);
  EXPECT_EQ(outcome_with(4), Outcome::owner_offline);
  EXPECT_EQ(outcome_with(6), Outcome::found);
  EXPECT_EQ(outcome_with(5), Outcome::owner_offline);
}

TEST_F(ResolverFault, NewerGenerationSeenMakesStageOneBeReadAgain) {
  test::TestNode& liar = add_liar();
  bind(alice_name, liar);
  state(set_of(liar, 1, 1), liar.owner);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  network.run_for(61s);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  EXPECT_EQ(asker.dht.gets, 2U);
}

TEST_F(ResolverFault, ReplicasThatFellBehindDoNotTurnTheBindingBack) {
  test::TestNode& alice = add_node();
  test::TestNode& old_place = add_liar();
  ASSERT_TRUE(register_name(alice, alice_name));
  bind(alice_name, alice, 5);
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  dht::Binding old = bind(alice_name, alice, 4);
  old.node = old_place.identity.node_id();
  const auto record = dht::verify(sign(old, alice.owner, test::network_parameters), alice.verifier,
                                  test::network_parameters, alice.wall_clock.now());
  overlay.records.insert_or_assign(record->key(), *record);
  const auto answer = resolve(asker, alice_name, true);
  EXPECT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->node->id, alice.identity.node_id());
}

TEST_F(ResolverFault, LossOfDatagramsIsSurvived) {
  test::TestNode& alice = add_node();
  ASSERT_TRUE(register_name(alice, alice_name));
  network.conditions().loss = 0.1;
  int found = 0;
  for (int i = 0; i < 50; ++i) {
    found += resolve(asker, alice_name)->outcome == Outcome::found ? 1 : 0;
    network.run_for(61s);
  }
  EXPECT_GE(found, 45);
}

}  // namespace
}  // namespace p2pns::names
