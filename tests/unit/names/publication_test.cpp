// Published copies: when they are written, renewed and taken back, and that nothing is written for those who want none.
#include <gtest/gtest.h>

#include "tests/unit/names/names_fixture.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class Publication : public test::NamesTest {
 protected:
  /// What the replicas have, if anything.
  std::optional<RecordSet> copy() const {
    const auto found = overlay.copies.find(dht::name_position("p2p", "alice", 0));
    if (found == overlay.copies.end()) return std::nullopt;
    const auto set =
        verify_published(found->second.bytes(), alice->verifier, test::network_parameters, alice->wall_clock.now());
    return set ? std::optional{*set} : std::nullopt;
  }

  test::TestNode* alice = &add_node();
  const P2PName alice_name = name("alice.p2p");
};

TEST_F(Publication, IsNothingUnlessTheOwnerWantsIt) {
  const auto receipt = register_name(*alice, alice_name, address_records(7));
  ASSERT_TRUE(receipt);
  EXPECT_FALSE(receipt->publish);
  EXPECT_FALSE(receipt->copy);
  network.run_for(days{20});
  EXPECT_EQ(alice->dht.publications, 0U);
}

TEST_F(Publication, IsDoneWhenARegistrationIsAcknowledged) {
  const auto receipt = register_name(*alice, alice_name, address_records(7), true);
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->publish);
  EXPECT_EQ(receipt->tally->agreeing, 16U);
  ASSERT_TRUE(receipt->copy);
  EXPECT_EQ(receipt->copy->agreeing, 16U);
  EXPECT_EQ(receipt->took, 2 * test::dht_delay);
  ASSERT_TRUE(copy());
  EXPECT_EQ(copy()->records, address_records(7));
  EXPECT_EQ(copy()->sequence, receipt->record_set.sequence);
  EXPECT_EQ(copy()->not_after, receipt->binding.not_after);
}

TEST_F(Publication, FollowsEveryChangeOfTheRecords) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  const auto change = register_name(*alice, alice_name, address_records(8), true);
  ASSERT_TRUE(change && change->copy);
  EXPECT_FALSE(change->tally);
  EXPECT_EQ(copy()->records, address_records(8));
  EXPECT_EQ(copy()->sequence, change->record_set.sequence);
}

TEST_F(Publication, BeginsWithAChangeToo) {
  const auto before = register_name(*alice, alice_name, address_records(7));
  const auto after = register_name(*alice, alice_name, address_records(7), true);
  EXPECT_TRUE(copy());
  EXPECT_GT(after->record_set.sequence, before->record_set.sequence);
}

TEST_F(Publication, IsTakenBackByAnEmptySet) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  const std::uint64_t before = copy()->sequence;
  const auto receipt = register_name(*alice, alice_name, address_records(7), false);
  ASSERT_TRUE(receipt && receipt->copy);
  EXPECT_FALSE(receipt->publish);
  EXPECT_TRUE(copy()->records.empty());
  EXPECT_GT(copy()->sequence, before) << "or the replicas would keep the old one";
  EXPECT_EQ(resolve(*alice, alice_name)->record_set->records, address_records(7));
  // With the next lease it is history.
  const std::size_t publications = alice->dht.publications;
  network.run_for(days{20});
  EXPECT_GT(alice->dht.renewals, 1U);
  EXPECT_EQ(alice->dht.publications, publications);
}

TEST_F(Publication, IsRenewedWithTheLease) {
  const auto receipt = register_name(*alice, alice_name, address_records(7), true);
  ASSERT_TRUE(network.run_until([&] { return alice->dht.publications == 2; }, days{8}));
  network.run_for(1s);
  EXPECT_GT(copy()->not_after, receipt->binding.not_after + days{6});
  EXPECT_GT(copy()->sequence, receipt->record_set.sequence) << "other bytes under one sequence are refused";
  EXPECT_EQ(copy()->records, address_records(7));
}

TEST_F(Publication, ThatFailsIsTriedAgainAndTheRegistrationHoldsAllTheSame) {
  alice->dht.fail_publications = Errc::timed_out;
  const auto receipt = register_name(*alice, alice_name, address_records(7), true);
  ASSERT_TRUE(receipt);
  ASSERT_TRUE(receipt->copy);
  EXPECT_EQ(receipt->copy->agreeing, 0U);
  EXPECT_EQ(alice->log.lines(), 1U);
  network.run_for(35min);
  EXPECT_EQ(alice->dht.publications, 4U);
  EXPECT_EQ(alice->log.lines(), 1U) << "told once";
  alice->dht.fail_publications.reset();
  network.run_for(10min);
  EXPECT_EQ(copy()->records, address_records(7));
  network.run_for(1h);
  EXPECT_EQ(alice->dht.publications, 5U);
}

TEST_F(Publication, IsOfferedAgainAfterARestart) {
  alice->dht.fail_publications = Errc::timed_out;
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  alice = &restart(*alice, Memory::kept);
  network.run_for(restart_pause + 2s);
  EXPECT_EQ(alice->dht.publications, 1U);
  EXPECT_EQ(copy()->records, address_records(7));
  const dht::VerifiedRecord first = overlay.copies.begin()->second;
  alice = &restart(*alice, Memory::kept);
  network.run_for(restart_pause + 2s);
  EXPECT_EQ(overlay.copies.begin()->second, first) << "the same bytes: no write at a replica";
}

TEST_F(Publication, OfANameThatWasReleasedEnds) {
  alice->dht.fail_publications = Errc::timed_out;
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  ASSERT_TRUE(release(*alice, alice_name));
  alice->dht.fail_publications.reset();
  network.run_for(1h);
  EXPECT_EQ(alice->dht.publications, 1U);
  EXPECT_FALSE(copy());
}

TEST_F(Publication, OfTwoChangesAtOnceIsTheLastAndEndsForBoth) {
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  std::size_t done = 0;
  std::vector<Operation> operations;
  for (const int octet : {8, 9})
    operations.push_back(
        alice->service->register_name({.name = alice_name, .records = address_records(octet), .publish = true},
                                      [&](const Result<Receipt>& result) { done += result ? 1U : 0U; }));
  network.run_for(1s);
  EXPECT_EQ(done, 2U);
  EXPECT_EQ(copy()->records, address_records(9));
}

TEST_F(Publication, LetsACompletionDestroyTheService) {
  std::vector<Operation> operations;
  ASSERT_TRUE(register_name(*alice, alice_name, address_records(7), true));
  for (const int octet : {8, 9})
    operations.push_back(
        alice->service->register_name({.name = alice_name, .records = address_records(octet), .publish = true},
                                      [&](const Result<Receipt>&) { alice->service.reset(); }));
  network.run_for(1s);
  EXPECT_EQ(alice->service, nullptr);
}

}  // namespace
}  // namespace p2pns::names
