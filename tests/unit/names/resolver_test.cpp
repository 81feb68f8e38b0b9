// The ways of a resolution, over real RPC channels. What goes wrong on the way is in resolver_fault_test.cpp.
#include "core/names/resolver.hpp"

#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;

class Resolver : public test::NamesTest {
 protected:
  test::TestNode& asker = add_node();
  test::TestNode& alice = add_node();
  const P2PName alice_name = name("alice.p2p");
};

TEST_F(Resolver, FindsANameInThreeStages) {
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  const auto answer = resolve(asker, alice_name);
  ASSERT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->name, alice_name);
  EXPECT_EQ(answer->binding->owner, alice.owner.public_key());
  EXPECT_EQ(answer->node->id, alice.identity.node_id());
  EXPECT_EQ(answer->node->endpoints.front(), alice.host.address());
  EXPECT_EQ(answer->record_set->records, address_records(7));
  EXPECT_FALSE(answer->stale);
  ASSERT_EQ(answer->trace.size(), 3U);
  for (int stage = 1; stage <= 3; ++stage) EXPECT_EQ(answer->trace.at(stage - 1U).stage, stage);
  EXPECT_EQ(answer->trace[0].took, test::dht_delay);
  EXPECT_EQ(answer->trace[0].tally->agreeing, 16U);
  EXPECT_TRUE(answer->trace[1].hops.empty());
  ASSERT_EQ(answer->trace[2].hops.size(), 1U) << "the owner's node was asked";
  EXPECT_EQ(answer->trace[2].hops[0].node.id, alice.identity.node_id());
  EXPECT_EQ(answer->trace[2].took, 40ms);
  EXPECT_EQ(asker.dht.gets, 1U);
  EXPECT_EQ(asker.routing.lookups, 1U);
  EXPECT_EQ(asker.routing.last_options->mode, kbr::LookupMode::node);
}

TEST_F(Resolver, AnswersFromTheCacheWhileItIsFresh) {
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  const auto first = resolve(asker, alice_name);
  network.clear_captured();
  EXPECT_EQ(resolve(asker, alice_name), first);
  EXPECT_EQ(asker.service->find_cached(alice_name, asker.timers.now()), first);
  EXPECT_TRUE(network.captured().empty());
  EXPECT_EQ(asker.service->find_cached(alice_name, asker.timers.now() + 60s), nullptr);
}

TEST_F(Resolver, AsksTheNodeDirectlyWhereItWasLastTime) {
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  network.run_for(61s);
  ASSERT_TRUE(register_name(alice, alice_name, address_records(8)));
  const TimePoint started = network.now();
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->record_set->records, address_records(8));
  EXPECT_EQ(network.now() - started, 40ms);
  EXPECT_TRUE(answer->trace.at(0).from_cache);
  EXPECT_TRUE(answer->trace.at(1).from_cache);
  EXPECT_FALSE(answer->trace.at(2).from_cache);
  ASSERT_EQ(answer->trace.at(2).hops.size(), 1U);
  EXPECT_EQ(answer->trace[2].hops[0].path, kbr::target_path);
  EXPECT_EQ(answer->trace[2].hops[0].took, answer->trace[2].took);
  EXPECT_EQ(asker.dht.gets, 1U);
  EXPECT_EQ(asker.routing.lookups, 1U);
}

TEST_F(Resolver, ReadsTheBindingAgainAfterItsLife) {
  ASSERT_TRUE(register_name(alice, alice_name));
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  network.run_for(1h - 1s);
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  EXPECT_EQ(asker.dht.gets, 1U);
  network.run_for(61s);
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  EXPECT_EQ(asker.dht.gets, 2U);
}

TEST_F(Resolver, DoesAllStagesAgainWhenTheCacheIsBypassed) {
  ASSERT_TRUE(register_name(alice, alice_name));
  const auto first = resolve(asker, alice_name);
  const auto again = resolve(asker, alice_name, true);
  EXPECT_NE(again, first);
  EXPECT_EQ(again->outcome, Outcome::found);
  for (const StageTrace& stage : again->trace) EXPECT_FALSE(stage.from_cache) << stage.stage;
  EXPECT_EQ(asker.dht.gets, 2U);
  EXPECT_EQ(asker.routing.lookups, 2U);
  EXPECT_EQ(resolve(asker, alice_name), again);
}

TEST_F(Resolver, KeepsAnAnswerNoLongerThanItsSmallestTtl) {
  ASSERT_TRUE(register_name(alice, alice_name, {{"", 1, 300, {}}, {"www", 1, 5, {}}}));
  const auto answer = resolve(asker, alice_name);
  EXPECT_EQ(answer->expires, network.now() + 5s);
  ASSERT_TRUE(register_name(alice, alice_name, {{"", 1, 0, {}}}));
  network.run_for(6s);
  ASSERT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
  EXPECT_EQ(asker.service->find_cached(alice_name, asker.timers.now()), nullptr);
}

TEST_F(Resolver, RemembersThatThereIsNoSuchNameForHalfAMinute) {
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::no_such_name);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::no_such_name);
  EXPECT_EQ(asker.dht.gets, 1U);
  ASSERT_TRUE(register_name(alice, alice_name));
  network.run_for(31s);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::found);
}

TEST_F(Resolver, AnswersForOwnNamesWithoutTheNetwork) {
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  network.clear_captured();
  const auto answer = resolve(alice, alice_name);
  EXPECT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->node->endpoints.front(), alice.host.address());
  EXPECT_EQ(answer->record_set->records, address_records(7));
  EXPECT_EQ(alice.service->find_cached(alice_name, alice.timers.now()), answer);
  EXPECT_TRUE(network.captured().empty());
  EXPECT_EQ(alice.dht.gets + alice.routing.lookups, 0U);
}

TEST_F(Resolver, FindsTheNodeOfAPublicKeyWithoutTheDht) {
  const P2PName key_name = name_of_key(alice.identity.public_key(), "p2p");
  const auto answer = resolve(asker, key_name);
  ASSERT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->node->endpoints.front(), alice.host.address());
  EXPECT_FALSE(answer->binding);
  EXPECT_FALSE(answer->record_set);
  EXPECT_EQ(asker.dht.gets, 0U);
  EXPECT_EQ(answer->trace.front().stage, 2);
}

TEST_F(Resolver, FindsItsOwnKeyWithoutTheNetwork) {
  EXPECT_EQ(resolve(asker, name_of_key(asker.identity.public_key(), "p2p"))->outcome, Outcome::found);
  EXPECT_EQ(asker.routing.lookups, 0U);
}

TEST_F(Resolver, SharesOneResolutionAmongCallers) {
  ASSERT_TRUE(register_name(alice, alice_name));
  std::vector<std::shared_ptr<const NameAnswer>> answers;
  std::vector<Operation> operations;
  for (int caller = 0; caller < 5; ++caller)
    operations.push_back(asker.service->resolve({alice_name}, [&](auto answer) { answers.push_back(answer); }));
  ASSERT_TRUE(network.run_until([&] { return answers.size() == 5; }));
  for (const auto& answer : answers) EXPECT_EQ(answer, answers.front());
  EXPECT_EQ(asker.dht.gets, 1U);
  EXPECT_EQ(asker.routing.lookups, 1U);
}

TEST_F(Resolver, GoesOnForTheOthersWhenOneCallerGivesUp) {
  ASSERT_TRUE(register_name(alice, alice_name));
  int answered = 0;
  Operation first = asker.service->resolve({alice_name}, [&](auto) { ADD_FAILURE() << "given up"; });
  const Operation second = asker.service->resolve({alice_name}, [&](auto) { ++answered; });
  first.cancel();
  ASSERT_TRUE(network.run_until([&] { return answered == 1; }));
  EXPECT_EQ(asker.dht.gets, 1U);
}

TEST_F(Resolver, StopsWhenTheLastCallerGivesUp) {
  Operation first = asker.service->resolve({alice_name}, [&](auto) { ADD_FAILURE() << "given up"; });
  Operation second = asker.service->resolve({alice_name}, [&](auto) { ADD_FAILURE() << "given up"; });
  EXPECT_EQ(asker.dht.pending(), 1U);
  first.cancel();
  EXPECT_EQ(asker.dht.pending(), 1U);
  second.cancel();
  EXPECT_EQ(asker.dht.pending(), 0U);
  network.run_for(1min);
}

TEST_F(Resolver, TurnsAwayCallersAboveTheMaximumOfOneResolution) {
  ASSERT_TRUE(register_name(alice, alice_name));
  std::map<Outcome, std::size_t> outcomes;
  std::vector<Operation> operations;
  for (std::size_t caller = 0; caller <= callers_per_resolution_maximum; ++caller)
    operations.push_back(asker.service->resolve({alice_name}, [&](auto answer) { ++outcomes[answer->outcome]; }));
  network.run_for(1s);
  EXPECT_EQ(outcomes[Outcome::found], callers_per_resolution_maximum);
  EXPECT_EQ(outcomes[Outcome::not_reachable], 1U);
}

TEST_F(Resolver, TurnsAwayNamesAboveTheMaximumOfResolutions) {
  std::map<Outcome, std::size_t> outcomes;
  std::vector<Operation> operations;
  for (std::size_t i = 0; i <= resolutions_maximum; ++i) {
    const P2PName each{NameKind::label, "p2p", "name" + std::to_string(i)};
    operations.push_back(asker.service->resolve({each}, [&](auto answer) { ++outcomes[answer->outcome]; }));
  }
  network.run_for(1s);
  EXPECT_EQ(outcomes[Outcome::no_such_name], resolutions_maximum);
  EXPECT_EQ(outcomes[Outcome::not_reachable], 1U);
  EXPECT_EQ(resolve(asker, alice_name)->outcome, Outcome::no_such_name);  // there is room again
}

TEST_F(Resolver, LetsACompletionDestroyTheService) {
  int answered = 0;
  const Operation first = asker.service->resolve({alice_name}, [&](auto) {
    ++answered;
    asker.service.reset();
  });
  const Operation second = asker.service->resolve({alice_name}, [&](auto) { ++answered; });
  ASSERT_TRUE(network.run_until([&] { return answered == 2; }));
}

TEST_F(Resolver, ForgetsItsCallersWhenTheServiceGoes) {
  Operation running = asker.service->resolve({alice_name}, [&](auto) { ADD_FAILURE() << "the service is gone"; });
  asker.service.reset();
  network.run_for(1min);
  running.cancel();
}

TEST_F(Resolver, LocatesANodeByItsId) {
  std::optional<Result<NodeHandle>> found;
  const auto keep = [&](Result<NodeHandle> result) { found = result; };
  Operation operation = asker.service->locate(alice.identity.node_id(), keep);
  ASSERT_TRUE(network.run_until([&] { return found.has_value(); }));
  EXPECT_EQ((*found)->endpoints.front(), alice.host.address());
  found.reset();
  operation = asker.service->locate(asker.identity.node_id(), keep);
  EXPECT_FALSE(found);
  ASSERT_TRUE(network.run_until([&] { return found.has_value(); }));
  EXPECT_EQ((*found)->endpoints.front(), asker.host.address());
  found.reset();
  operation = asker.service->locate(NodeId{}, keep);
  ASSERT_TRUE(network.run_until([&] { return found.has_value(); }));
  EXPECT_EQ(found->error(), Errc::timed_out);
}

}  // namespace
}  // namespace p2pns::names
