// Own names on disk: when a registration is acknowledged, and what a node that starts again still serves and renews.
#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class Restart : public test::NamesTest {
 protected:
  std::optional<Result<Receipt>>& start_registration(std::vector<ResourceRecord> records) {
    receipt.reset();
    registration = alice->service->register_name({alice_name, std::move(records)},
                                                 [this](Result<Receipt> result) { receipt = std::move(result); });
    network.run_for(1s);
    return receipt;
  }
  const dht::Binding& stored() const { return overlay.bindings.at(dht::name_position("p2p", "alice", 0)); }

  test::TestNode* alice = &add_node();
  test::TestNode& bob = add_node();
  const P2PName alice_name = name("alice.p2p");
  std::optional<Result<Receipt>> receipt;
  Operation registration;
};

TEST_F(Restart, ARegistrationIsAcknowledgedAfterItsCommitOnly) {
  alice->state.hold = true;
  EXPECT_FALSE(start_registration(address_records(7)));
  EXPECT_EQ(alice->dht.claims, 1U);
  EXPECT_EQ(resolve(bob, alice_name)->outcome, Outcome::owner_offline) << "it may be lost yet";
  alice->state.commit();
  ASSERT_TRUE(receipt && *receipt);
  EXPECT_TRUE((*receipt)->created);
  network.run_for(owner_offline_life + 1s);
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(7));
}

TEST_F(Restart, AChangeIsShownAndAcknowledgedAfterItsCommitOnly) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7)));
  alice->state.hold = true;
  EXPECT_FALSE(start_registration(address_records(8)));
  EXPECT_EQ(resolve(*alice, alice_name)->record_set->records, address_records(7));
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(7));
  alice->state.commit();
  ASSERT_TRUE(receipt && *receipt);
  EXPECT_EQ(resolve(*alice, alice_name)->record_set->records, address_records(8));
  network.run_for(61s);
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(8));
}

TEST_F(Restart, WhatCannotBeSavedIsNotRegistered) {
  alice->state.fail = Errc::io_error;
  EXPECT_EQ(register_name(*alice, alice_name).error(), Errc::io_error);
  EXPECT_EQ(alice->service->status().names_owned, 0U);
  alice->state.fail = Errc::overloaded;  // full
  EXPECT_EQ(register_name(*alice, alice_name).error(), Errc::overloaded);
  alice->state.fail.reset();
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7)));
  alice->state.fail = Errc::io_error;
  EXPECT_EQ(register_name(*alice, alice_name, address_records(8)).error(), Errc::io_error);
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(7));
  EXPECT_EQ(release(*alice, alice_name).error(), Errc::io_error);
  EXPECT_EQ(alice->service->status().names_owned, 1U);
  alice->state.fail.reset();
  network.run_for(days{40});  // and the renewals go on
  EXPECT_EQ(resolve(bob, alice_name)->record_set->records, address_records(7));
}

TEST_F(Restart, ALeaseThatCannotBeSavedIsRenewedAgain) {
  ASSERT_TRUE(register_name(*alice, alice_name));
  alice->state.fail = Errc::io_error;
  ASSERT_TRUE(network.run_until([&] { return alice->dht.renewals == 1; }, days{8}));
  network.run_for(2h);
  EXPECT_GT(alice->log.lines(), 0U);
  alice->state.fail.reset();
  network.run_for(days{1});
  test::TestNode& again = restart(*alice, Memory::kept);
  network.run_for(1s);
  EXPECT_EQ(register_name(again, alice_name)->binding.sequence, stored().sequence);
}

TEST_F(Restart, ANodeServesItsNamesAtOnceWhenItStartsAgain) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7)));
  const auto before = resolve(bob, alice_name);
  alice = &restart(*alice, Memory::kept);
  EXPECT_EQ(alice->service->status().names_owned, 1U);
  const auto own = resolve(*alice, alice_name);
  EXPECT_EQ(own->outcome, Outcome::found);
  network.run_for(61s);
  const auto after = resolve(bob, alice_name);
  EXPECT_EQ(after->outcome, Outcome::found);
  EXPECT_EQ(after->record_set->records, address_records(7));
  EXPECT_EQ(after->record_set->sequence, before->record_set->sequence);
  EXPECT_EQ(alice->dht.claims + alice->dht.renewals, 0U) << "nothing to write";
}

TEST_F(Restart, ANodeRenewsWhenTheLeaseIsDueHoweverOftenItStartsAgain) {
  ASSERT_TRUE(register_name(*alice, alice_name));
  const dht::Binding before = stored();
  for (int day = 0; day < 5; ++day) {
    network.run_for(days{1});
    alice = &restart(*alice, Memory::kept);
  }
  EXPECT_EQ(stored().sequence, before.sequence);
  ASSERT_TRUE(network.run_until([&] { return stored().sequence > before.sequence; }, days{3}));
  EXPECT_EQ(alice->dht.renewals, 1U);
}

TEST_F(Restart, ANodeThatWasOffForWeeksRenewsSoonAndItsNamesOneAfterTheOther) {
  constexpr std::size_t names_count = 20;
  for (std::size_t i = 0; i < names_count; ++i)
    ASSERT_TRUE(register_name(*alice, name("name" + std::to_string(i) + ".p2p")));
  alice->dht.fail_writes = Errc::not_reachable;  // as if it were off
  network.run_for(days{25});
  alice = &restart(*alice, Memory::kept);
  network.run_for(restart_pause - 1s);
  EXPECT_EQ(alice->dht.renewals, 0U) << "it has not joined yet";
  ASSERT_TRUE(network.run_until([&] { return alice->dht.renewals > 0; }, 1min));
  const TimePoint first = network.now();
  ASSERT_TRUE(network.run_until([&] { return alice->dht.renewals == names_count; }, 2min));
  EXPECT_GT(network.now() - first, restart_spacing * names_count / 2);
  network.run_for(days{29});
  EXPECT_EQ(alice->service->status().names_owned, names_count);
}

TEST_F(Restart, ANameThatIsNotOursAnyMoreIsGivenUpAndStaysSo) {
  ASSERT_TRUE(register_name(*alice, alice_name));
  alice->dht.fail_writes = Errc::not_reachable;
  network.run_for(days{31});
  bind(alice_name, bob);
  alice = &restart(*alice, Memory::kept);
  network.run_for(5min);
  EXPECT_EQ(alice->service->status().names_owned, 0U);
  alice = &restart(*alice, Memory::kept);
  EXPECT_EQ(alice->service->status().names_owned, 0U);
}

TEST_F(Restart, AReleasedNameIsForgottenBeforeItIsAcknowledged) {
  ASSERT_TRUE(register_name(*alice, alice_name));
  alice->state.hold = true;
  std::optional<Result<void>> released;
  const Operation operation = alice->service->release_name(alice_name, [&](Result<void> done) { released = done; });
  network.run_for(1s);
  EXPECT_FALSE(released);
  alice->state.commit();
  ASSERT_TRUE(released);
  EXPECT_TRUE(*released);
  alice = &restart(*alice, Memory::kept);
  EXPECT_EQ(alice->service->status().names_owned, 0U);
  network.run_for(days{10});
  EXPECT_EQ(alice->dht.renewals, 0U);
}

TEST_F(Restart, AChangeThatIsGivenUpIsSavedAllTheSame) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7)));
  Operation change =
      alice->service->register_name({alice_name, address_records(8)}, [](auto) { ADD_FAILURE() << "given up"; });
  change.cancel();
  network.run_for(1s);
  alice = &restart(*alice, Memory::kept);
  EXPECT_EQ(resolve(*alice, alice_name)->record_set->records, address_records(8));
}

TEST_F(Restart, ARegistrationThatIsGivenUpWhileItIsSavedIsRenewed) {
  alice->state.hold = true;
  start_registration({});
  registration.cancel();
  alice->state.commit();
  alice->state.hold = false;
  EXPECT_FALSE(receipt);
  network.run_for(days{29});
  EXPECT_GT(stored().sequence, 3U);
}

TEST_F(Restart, SoManyChangesAreSavedAtOnce) {
  ASSERT_TRUE(register_name(*alice, alice_name));
  alice->state.hold = true;
  std::size_t saved = 0;
  std::size_t refused = 0;
  std::vector<Operation> operations;
  for (std::size_t i = 0; i <= changes_maximum; ++i)
    operations.push_back(
        alice->service->register_name({alice_name, address_records(static_cast<int>(i % 200))},
                                      [&](const Result<Receipt>& result) { ++(result ? saved : refused); }));
  network.run_for(1s);
  EXPECT_EQ(refused, 1U);
  while (alice->state.held() > 0) alice->state.commit();
  EXPECT_EQ(saved, changes_maximum);
  EXPECT_EQ(resolve(*alice, alice_name)->record_set->records, address_records((changes_maximum - 1) % 200));
}

TEST_F(Restart, ANodeWithAnotherKeyMovesTheNamesOfItsOwner) {
  ASSERT_TRUE(register_name(*alice, alice_name));
  OwnedName elsewhere = *decode_owned_name(state_key_of(alice_name),
                                           alice->state.entries.at({StateTable::owned_names, state_key_of(alice_name)}),
                                           alice->owner.public_key(), alice->verifier, test::network_parameters);
  elsewhere.binding.node = bob.identity.node_id();
  alice->state.entries[{StateTable::owned_names, state_key_of(alice_name)}] =
      encode_owned_name(elsewhere, alice->owner, test::network_parameters);
  alice = &restart(*alice, Memory::kept);
  network.run_for(restart_pause + 5s);
  EXPECT_EQ(alice->dht.renewals, 1U);
  EXPECT_EQ(stored().node, alice->identity.node_id());
}

}  // namespace
}  // namespace p2pns::names
