#include "core/names/registrar.hpp"

#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class Registrar : public test::NamesTest {
 protected:
  const dht::Binding& stored() const { return overlay.bindings.at(dht::name_position("p2p", "alice", 0)); }

  test::TestNode& alice = add_node();
  test::TestNode& bob = add_node();
  const P2PName alice_name = name("alice.p2p");
};

TEST_F(Registrar, ClaimsANewNameForThisNodeWithALease) {
  const UnixTime asked_at = alice.wall_clock.now();
  const auto receipt = register_name(alice, alice_name, address_records(7));
  ASSERT_TRUE(receipt) << receipt.error().message();
  EXPECT_TRUE(receipt->created);
  EXPECT_EQ(receipt->binding.sequence, 1U);
  EXPECT_EQ(receipt->tally->agreeing, 16U);
  EXPECT_EQ(receipt->took, test::dht_delay);
  EXPECT_EQ(receipt->binding.sequence, stored().sequence);
  EXPECT_EQ(receipt->record_set.records, address_records(7));
  EXPECT_EQ(receipt->record_set.name, alice_name);
  EXPECT_EQ(stored().owner, alice.owner.public_key());
  EXPECT_EQ(stored().node, alice.identity.node_id());
  EXPECT_EQ(stored().not_after, asked_at + days{30});
  EXPECT_EQ(alice.service->status().names_owned, 1U);
}

TEST_F(Registrar, ChangesRecordsWithoutADhtWrite) {
  const auto first = register_name(alice, alice_name, address_records(7));
  EXPECT_EQ(resolve(alice, alice_name)->record_set->records, address_records(7));
  network.clear_captured();
  const auto second = register_name(alice, alice_name, address_records(8));
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->created);
  EXPECT_FALSE(second->tally);
  EXPECT_GT(second->record_set.sequence, first->record_set.sequence);
  EXPECT_EQ(second->binding.sequence, first->binding.sequence);
  EXPECT_EQ(alice.dht.claims, 1U);
  EXPECT_EQ(alice.dht.renewals, 0U);
  EXPECT_TRUE(network.captured().empty());
  EXPECT_EQ(resolve(alice, alice_name)->record_set->records, address_records(8));
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(8));
}

TEST_F(Registrar, KeepsTheSequenceOfRecordsThatAreTheSame) {
  const std::vector<ResourceRecord> records{{"a", 1, 1, {}}, {"b", 1, 1, {}}};
  const std::vector<ResourceRecord> turned{{"b", 1, 1, {}}, {"a", 1, 1, {}}};
  const auto first = register_name(alice, alice_name, records);
  EXPECT_EQ(register_name(alice, alice_name, turned)->record_set.sequence, first->record_set.sequence);
}

TEST_F(Registrar, ReportsThatAnotherOwnerHoldsTheName) {
  ASSERT_TRUE(register_name(bob, alice_name));
  EXPECT_EQ(register_name(alice, alice_name).error(), Errc::name_taken);
  EXPECT_EQ(alice.service->status().names_owned, 0U);
  EXPECT_EQ(resolve(alice, alice_name)->binding->owner, bob.owner.public_key());
}

TEST_F(Registrar, RefusesWhatIsNoNameOfItsZonesWithoutAskingAnybody) {
  const std::vector<P2PName> names{{NameKind::label, "p2p", "Alice"},
                                   {NameKind::label, "p2p", "id"},
                                   {NameKind::label, "other", "alice"},
                                   {NameKind::label, "p2p.alt", "alice"},
                                   name_of_key(alice.owner.public_key(), "p2p")};
  for (const P2PName& bad : names) EXPECT_EQ(register_name(alice, bad).error(), Errc::bad_name) << to_string(bad);
  EXPECT_EQ(alice.dht.claims, 0U);
}

TEST_F(Registrar, RefusesRecordsThatCannotBePublished) {
  EXPECT_EQ(register_name(alice, alice_name, {{"", 1, 300, ByteVector(1000)}}).error(), Errc::too_large);
  EXPECT_EQ(register_name(alice, alice_name, {{"", 41, 300, {}}}).error(), Errc::malformed);
  EXPECT_EQ(alice.dht.claims, 0U);
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  EXPECT_EQ(register_name(alice, alice_name, {{"", 0, 300, {}}}).error(), Errc::malformed);
  EXPECT_EQ(resolve(alice, alice_name)->record_set->records, address_records(7));
}

TEST_F(Registrar, OwnsNoMoreNamesThanItsMaximum) {
  limits.owned_names_maximum = 3;
  test::TestNode& carol = add_node();
  for (const char* label : {"one.p2p", "two.p2p", "three.p2p"}) EXPECT_TRUE(register_name(carol, name(label))) << label;
  EXPECT_EQ(register_name(carol, name("four.p2p")).error(), Errc::overloaded);
  EXPECT_TRUE(register_name(carol, name("one.p2p"), address_records(1)));  // an own name is no more
  EXPECT_TRUE(release(carol, name("one.p2p")));
  EXPECT_TRUE(register_name(carol, name("four.p2p")));
}

TEST_F(Registrar, DoesOneWriteAtATimeForAName) {
  std::optional<Result<Receipt>> first;
  const Operation running = alice.service->register_name({alice_name, {}}, [&](auto result) { first = result; });
  EXPECT_EQ(register_name(alice, alice_name, address_records(1)).error(), Errc::overloaded);
  ASSERT_TRUE(network.run_until([&] { return first.has_value(); }));
  EXPECT_TRUE(*first);
  EXPECT_TRUE(register_name(alice, alice_name, address_records(1)));
}

TEST_F(Registrar, DoesNoMoreWritesAtOnceThanItsMaximum) {
  std::size_t done = 0;
  std::size_t refused = 0;
  std::vector<Operation> operations;
  for (std::size_t i = 0; i <= writes_maximum; ++i) {
    const P2PName each{NameKind::label, "p2p", "name" + std::to_string(i)};
    operations.push_back(
        alice.service->register_name({each, {}}, [&](Result<Receipt> result) { ++(result ? done : refused); }));
  }
  network.run_for(1s);
  EXPECT_EQ(done, writes_maximum);
  EXPECT_EQ(refused, 1U);
}

TEST_F(Registrar, ForgetsThatThereWasNoSuchName) {
  EXPECT_EQ(resolve(alice, alice_name)->outcome, Outcome::no_such_name);
  ASSERT_TRUE(register_name(alice, alice_name));
  EXPECT_EQ(alice.service->find_cached(alice_name, alice.timers.now()), nullptr);
  EXPECT_EQ(resolve(alice, alice_name)->outcome, Outcome::found);
}

TEST_F(Registrar, OverrulesAReadThatBeganBeforeTheClaim) {
  alice.dht.delay = 3s;
  std::shared_ptr<const NameAnswer> answer;
  const Operation reading = alice.service->resolve({alice_name}, [&](auto result) { answer = result; });
  overlay.records.clear();
  alice.dht.delay = 1s;
  ASSERT_TRUE(register_name(alice, alice_name));
  overlay.records.clear();  // the replicas that are read have not heard of it yet
  ASSERT_TRUE(network.run_until([&] { return answer != nullptr; }));
  EXPECT_EQ(answer->outcome, Outcome::found);
}

TEST_F(Registrar, RenewsTheLeaseEveryWeekOrSo) {
  ASSERT_TRUE(register_name(alice, alice_name));
  dht::Binding before = stored();
  for (int week = 1; week <= 10; ++week) {
    const TimePoint started = network.now();
    ASSERT_TRUE(network.run_until([&] { return stored().sequence > before.sequence; }, days{8}));
    EXPECT_GE(network.now() - started, days{7} * 0.9);
    EXPECT_LE(network.now() - started, days{7} * 1.1 + 1s);
    EXPECT_EQ(alice.dht.renewals, static_cast<std::size_t>(week));
    EXPECT_GT(stored().not_after, before.not_after + days{6});
    before = stored();
  }
  EXPECT_EQ(resolve(bob, alice_name)->outcome, Outcome::found);
}

TEST_F(Registrar, SpreadsRenewals) {
  std::set<TimePoint> seen;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(register_name(alice, name("name" + std::to_string(i) + ".p2p")));
  while (alice.dht.renewals < 20) {
    const std::size_t before = alice.dht.renewals;
    ASSERT_TRUE(network.run_until([&] { return alice.dht.renewals > before; }, days{8}));
    seen.insert(network.now());
  }
  EXPECT_GT(*seen.rbegin() - *seen.begin(), 6h);
  EXPECT_GE(seen.size(), 18U);
}

TEST_F(Registrar, TriesARenewalAgainEveryHour) {
  ASSERT_TRUE(register_name(alice, alice_name));
  const dht::Binding before = stored();
  alice.dht.fail_writes = Errc::not_reachable;
  ASSERT_TRUE(network.run_until([&] { return alice.dht.renewals == 5; }, days{9}));
  EXPECT_GT(alice.log.lines(), 0U);
  const TimePoint fifth = network.now();
  network.run_for(1s);
  alice.dht.fail_writes.reset();
  ASSERT_TRUE(network.run_until([&] { return stored().sequence > before.sequence; }, days{1}));
  EXPECT_NEAR(static_cast<double>((network.now() - fifth) / 1s), 3600.0, 2.0);
  network.run_for(days{6});
  EXPECT_EQ(alice.dht.renewals, 6U);
}

TEST_F(Registrar, KeepsANameUntilItsLeaseEndsWhateverSomeReplicasSay) {
  ASSERT_TRUE(register_name(alice, alice_name));
  overlay.bindings.clear();
  overlay.records.clear();
  bind(alice_name, bob);
  network.run_for(days{29});
  EXPECT_EQ(alice.service->status().names_owned, 1U);
  network.run_for(days{2});
  EXPECT_EQ(alice.service->status().names_owned, 0U);
  const std::size_t renewals = alice.dht.renewals;
  network.run_for(days{10});
  EXPECT_EQ(alice.dht.renewals, renewals);
}

TEST_F(Registrar, StopsServingANameThatItsOwnerMovedToAnotherNode) {
  ASSERT_TRUE(register_name(alice, alice_name));
  dht::Binding moved = stored();
  moved.node = bob.identity.node_id();
  moved.sequence += 3;
  const auto record = dht::verify(sign(moved, alice.owner, test::network_parameters), alice.verifier,
                                  test::network_parameters, alice.wall_clock.now());
  ASSERT_TRUE(record);
  overlay.bindings[record->key()] = moved;
  overlay.records.insert_or_assign(record->key(), *record);
  network.run_for(days{8});
  EXPECT_EQ(alice.service->status().names_owned, 0U);
  EXPECT_EQ(stored().node, bob.identity.node_id());
}

TEST_F(Registrar, GoesOnAboveANewerBindingOfItsOwn) {
  ASSERT_TRUE(register_name(alice, alice_name));
  const std::uint64_t ahead = stored().sequence + 100;
  dht::Binding from_before = stored();
  from_before.sequence = ahead;
  const auto record = dht::verify(sign(from_before, alice.owner, test::network_parameters), alice.verifier,
                                  test::network_parameters, alice.wall_clock.now());
  overlay.bindings[record->key()] = from_before;
  overlay.records.insert_or_assign(record->key(), *record);
  network.run_for(days{8});
  EXPECT_EQ(stored().sequence, ahead + 1);
  EXPECT_EQ(alice.service->status().names_owned, 1U);
}

TEST_F(Registrar, TakesItsNameUpAgainAfterARestart) {
  ASSERT_TRUE(register_name(alice, alice_name));
  const auto before = resolve(bob, alice_name);
  network.run_for(61s);
  test::TestNode& again = restart(alice);
  EXPECT_EQ(resolve(bob, alice_name)->outcome, Outcome::owner_offline);
  const auto receipt = register_name(again, alice_name, address_records(9));
  ASSERT_TRUE(receipt) << receipt.error().message();
  EXPECT_FALSE(receipt->created);
  EXPECT_GT(receipt->binding.sequence, before->binding->sequence);
  // It lost its memory, but its record sets still come after those it handed out before.
  EXPECT_GT(receipt->record_set.sequence, before->record_set->sequence);
  network.run_for(6s);
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(9));
}

TEST_F(Registrar, RisesAboveANewerBindingWhenTheUserWantsTheNameHere) {
  ASSERT_TRUE(register_name(alice, alice_name));
  alice.dht.fail_writes = Errc::not_reachable;
  network.run_for(days{8});
  alice.dht.fail_writes.reset();
  const dht::Binding newer = bind(alice_name, alice, 100, 4);
  const auto receipt = register_name(alice, alice_name, address_records(8));
  ASSERT_TRUE(receipt) << receipt.error().message();
  EXPECT_FALSE(receipt->created);
  EXPECT_EQ(receipt->binding.sequence, newer.sequence + 1);
  EXPECT_EQ(receipt->binding.generation, 4U);
  EXPECT_EQ(receipt->record_set.generation, 4U);
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(8));
}

TEST_F(Registrar, RenewsWhenRecordsChangeAndTheLeaseIsDue) {
  ASSERT_TRUE(register_name(alice, alice_name));
  const dht::Binding before = stored();
  alice.dht.fail_writes = Errc::not_reachable;
  network.run_for(days{8});
  alice.dht.fail_writes.reset();
  const auto receipt = register_name(alice, alice_name, address_records(8));
  ASSERT_TRUE(receipt);
  EXPECT_FALSE(receipt->created);
  EXPECT_TRUE(receipt->tally);
  EXPECT_GT(stored().sequence, before.sequence);
  EXPECT_EQ(receipt->record_set.records, address_records(8));
  const std::size_t renewals = alice.dht.renewals;
  network.run_for(days{6});
  EXPECT_EQ(alice.dht.renewals, renewals);
}

TEST_F(Registrar, KeepsTheOldRecordsWhenThatRenewalFails) {
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  alice.dht.fail_writes = Errc::timed_out;
  network.run_for(days{8});
  EXPECT_EQ(register_name(alice, alice_name, address_records(8)).error(), Errc::timed_out);
  EXPECT_EQ(resolve(alice, alice_name)->record_set->records, address_records(7));
  alice.dht.fail_writes.reset();
  const dht::Binding before = stored();
  EXPECT_TRUE(network.run_until([&] { return stored().sequence > before.sequence; }, 2h));
}

TEST_F(Registrar, GoesOnRenewingWhenThatRenewalIsGivenUp) {
  ASSERT_TRUE(register_name(alice, alice_name));
  alice.dht.fail_writes = Errc::timed_out;
  network.run_for(days{8});
  alice.dht.fail_writes.reset();
  Operation change = alice.service->register_name({alice_name, {}}, [](auto) { ADD_FAILURE() << "given up"; });
  change.cancel();
  EXPECT_EQ(alice.dht.pending(), 0U);
  const dht::Binding before = stored();
  EXPECT_TRUE(network.run_until([&] { return stored().sequence > before.sequence; }, 2h));
}

TEST_F(Registrar, ClaimsNothingWhenOnlyAChangeIsWanted) {
  const auto change = [&](std::uint8_t number) {
    std::optional<Result<Receipt>> outcome;
    const Operation operation = alice.service->register_name(
        {alice_name, address_records(number), true}, [&](Result<Receipt> result) { outcome = std::move(result); });
    EXPECT_TRUE(network.run_until([&] { return outcome.has_value(); }, 1min));
    return outcome.value_or(Errc::timed_out);
  };
  EXPECT_EQ(change(7).error(), Errc::not_owner);
  EXPECT_EQ(alice.dht.claims, 0U);
  ASSERT_TRUE(register_name(alice, alice_name, address_records(7)));
  ASSERT_TRUE(change(8));
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(8));
}

TEST_F(Registrar, ListsItsNamesPageByPage) {
  for (const char* const each : {"cc.p2p", "aa.p2p", "bb.p2p"})
    ASSERT_TRUE(register_name(alice, name(each), address_records(7)));
  const auto labels = [&](const std::optional<P2PName>& after, std::size_t maximum) {
    std::string text;
    for (const OwnName& own : alice.service->own_names(after, maximum)) text += own.name.label + " ";
    return text;
  };
  EXPECT_EQ(labels(std::nullopt, 10), "aa bb cc ");
  EXPECT_EQ(labels(std::nullopt, 3), "aa bb cc ");
  EXPECT_EQ(labels(std::nullopt, 2), "aa bb ");
  EXPECT_EQ(labels(std::nullopt, 0), "");
  EXPECT_EQ(labels(name("bb.p2p"), 10), "cc ");
  EXPECT_EQ(labels(name("ab.p2p"), 10), "bb cc ") << "the name need not be there";
  EXPECT_EQ(labels(name("cc.p2p"), 10), "");
  const OwnName first = alice.service->own_names(std::nullopt, 1).front();
  EXPECT_EQ(first.records, address_records(7).size());
  EXPECT_EQ(first.binding.node, alice.identity.node_id());
  EXPECT_GT(first.record_sequence, 0U);
  EXPECT_EQ(bob.service->own_names(std::nullopt, 10).size(), 0U);
}

TEST_F(Registrar, ReleasesAName) {
  ASSERT_TRUE(register_name(alice, alice_name));
  ASSERT_TRUE(resolve(alice, alice_name));
  ASSERT_TRUE(release(alice, alice_name));
  EXPECT_EQ(alice.service->status().names_owned, 0U);
  EXPECT_EQ(resolve(alice, alice_name)->outcome, Outcome::no_such_name);
  EXPECT_TRUE(register_name(bob, alice_name));
  network.run_for(days{10});
  EXPECT_EQ(alice.dht.renewals, 0U);
}

TEST_F(Registrar, ReleasesOwnNamesOnly) {
  ASSERT_TRUE(register_name(bob, alice_name));
  EXPECT_EQ(release(alice, alice_name).error(), Errc::not_owner);
  EXPECT_EQ(alice.dht.releases, 0U);
}

TEST_F(Registrar, KeepsANameWhoseReleaseFailed) {
  ASSERT_TRUE(register_name(alice, alice_name));
  alice.dht.fail_writes = Errc::not_reachable;
  EXPECT_EQ(release(alice, alice_name).error(), Errc::not_reachable);
  EXPECT_EQ(resolve(alice, alice_name)->outcome, Outcome::found);
  alice.dht.fail_writes.reset();
  const dht::Binding before = stored();
  EXPECT_TRUE(network.run_until([&] { return stored().sequence > before.sequence; }, 2h));
}

TEST_F(Registrar, CanBeToldToStopAndToBeginAgain) {
  Operation claim = alice.service->register_name({alice_name, {}}, [](auto) { ADD_FAILURE() << "given up"; });
  claim.cancel();
  EXPECT_EQ(alice.dht.pending(), 0U);
  ASSERT_TRUE(register_name(alice, alice_name));
  Operation giving_up = alice.service->release_name(alice_name, [](auto) { ADD_FAILURE() << "given up"; });
  giving_up.cancel();
  EXPECT_EQ(alice.dht.pending(), 0U);
  EXPECT_EQ(resolve(alice, alice_name)->outcome, Outcome::found);
  ASSERT_TRUE(release(alice, alice_name));
}

TEST_F(Registrar, LeavesNothingBehindWhenTheServiceGoes) {
  ASSERT_TRUE(register_name(alice, alice_name));
  Operation claim =
      alice.service->register_name({name("other.p2p"), {}}, [](auto) { ADD_FAILURE() << "the service is gone"; });
  alice.service.reset();
  EXPECT_EQ(alice.dht.pending(), 0U);
  network.run_for(days{10});
  EXPECT_EQ(alice.dht.renewals, 0U);
  claim.cancel();
}

TEST_F(Registrar, LetsACompletionDestroyTheService) {
  bool done = false;
  const Operation claim = alice.service->register_name({alice_name, {}}, [&](auto) {
    done = true;
    alice.service.reset();
  });
  ASSERT_TRUE(network.run_until([&] { return done; }));
}

}  // namespace
}  // namespace p2pns::names
