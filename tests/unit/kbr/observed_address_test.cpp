#include "core/kbr/observed_address.hpp"

#include <gtest/gtest.h>

#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

class ObservedAddressRules : public ::testing::Test {
 protected:
  ObservedAddressRules() {
    observed.on_change([this](const Endpoint& address) { changes.push_back(address); });
  }
  /// The same host number is the same node at the same address; another one is in another /24.
  NodeHandle witness(int block, int host = 1) {
    SeededRandom random{static_cast<std::uint64_t>(1000 * block + host)};
    return stranger(random, endpoint("20.0." + std::to_string(block) + "." + std::to_string(host) + ":4222"));
  }
  void vote(int block, const Endpoint& seen, int host = 1) { observed.note(witness(block, host), seen, now); }
  std::optional<Endpoint> current() const { return observed.current(IpFamily::v4); }

  const Endpoint home = endpoint("192.0.2.1:4222");
  const Endpoint away = endpoint("198.51.100.7:4222");
  TimePoint now = p2pns::test::network_start;
  ObservedAddress observed{BlockRule{false}};
  std::vector<Endpoint> changes;
};

TEST_F(ObservedAddressRules, BelieveASingleWitnessWhileThereIsNoOther) {
  EXPECT_EQ(current(), std::nullopt);
  vote(1, home);
  EXPECT_EQ(current(), home);
  vote(1, away);  // it has only one vote, and changes it
  EXPECT_EQ(current(), away);
  EXPECT_EQ(changes, (std::vector{home, away}));
}

TEST_F(ObservedAddressRules, WantTwoWitnessesToAgree) {
  vote(1, home);
  vote(2, away);
  EXPECT_EQ(current(), home);
  vote(1, away);
  EXPECT_EQ(current(), away);
}

TEST_F(ObservedAddressRules, WantThreeBlocksToAgreeOnceThreeAreKnown) {
  vote(1, home);
  vote(2, away);
  vote(3, away);
  EXPECT_EQ(current(), home);  // two of three are more than half, and yet too few
  vote(1, away);
  EXPECT_EQ(current(), away);
}

TEST_F(ObservedAddressRules, WantMoreThanHalfOfTheVotes) {
  for (int block = 1; block <= 6; ++block) vote(block, home);
  for (int block = 1; block <= 3; ++block) vote(block, away);
  EXPECT_EQ(current(), home);
  vote(4, away);
  EXPECT_EQ(current(), away);
}

TEST_F(ObservedAddressRules, CountTwoNodesOfOneBlockOnce) {
  for (int block = 1; block <= 3; ++block) vote(block, home);
  for (int host = 1; host <= 20; ++host) vote(4, away, host);
  EXPECT_EQ(observed.voters(IpFamily::v4), 4U);
  EXPECT_EQ(current(), home);
}

TEST_F(ObservedAddressRules, CountEveryNodeOfAnExemptRange) {
  observed = ObservedAddress{BlockRule{true}};
  const Endpoint at = endpoint("10.0.0.1:4222");
  SeededRandom random{1};
  observed.note(stranger(random, at), home, now);
  for (int i = 0; i < 3; ++i) observed.note(stranger(random, at), away, now);
  EXPECT_EQ(observed.voters(IpFamily::v4), 4U);
  EXPECT_EQ(current(), away);
}

TEST_F(ObservedAddressRules, StandAgainstAMinorityOfLiars) {
  for (int block = 1; block <= 5; ++block) vote(block, home);
  for (int round = 0; round < 10; ++round)
    for (int block = 6; block <= 9; ++block) vote(block, away);
  EXPECT_EQ(current(), home);
  EXPECT_EQ(changes.size(), 1U);
}

TEST_F(ObservedAddressRules, AdoptNothingBehindANatThatShowsEveryoneAnotherPort) {
  Endpoint seen = home;
  vote(1, home);
  for (int block = 2; block <= 12; ++block) {
    ++seen.port;
    vote(block, seen);
  }
  EXPECT_EQ(current(), home);  // of the time when there was one witness
  EXPECT_EQ(changes.size(), 1U);
}

TEST_F(ObservedAddressRules, ForgetVotesAfterHalfAnHourButNotWhatTheyDecided) {
  for (int block = 1; block <= 4; ++block) vote(block, home);
  now += address_vote_life - 1us;
  vote(5, away);
  vote(6, away);
  vote(7, away);
  EXPECT_EQ(current(), home);
  now += 1us;
  vote(7, away);
  EXPECT_EQ(observed.voters(IpFamily::v4), 3U);
  EXPECT_EQ(current(), away);
  now += 2 * address_vote_life;
  EXPECT_EQ(current(), away);
}

TEST_F(ObservedAddressRules, HoldSixteenVotersAndLetTheOldestGo) {
  const int maximum = static_cast<int>(address_voters_maximum);
  for (int block = 1; block < maximum; ++block) vote(block, home);
  EXPECT_EQ(observed.voters(IpFamily::v4), address_voters_maximum - 1);
  vote(maximum, home);
  EXPECT_EQ(observed.voters(IpFamily::v4), address_voters_maximum);
  for (int block = maximum + 1; block <= maximum + maximum / 2; ++block) vote(block, away);
  EXPECT_EQ(observed.voters(IpFamily::v4), address_voters_maximum);
  EXPECT_EQ(current(), home);
  vote(2 * maximum, away);
  EXPECT_EQ(current(), away);
}

TEST_F(ObservedAddressRules, KeepTheFamiliesApart) {
  const Endpoint six = endpoint("[2001:db8::1]:4222");
  vote(1, home);
  vote(1, six);
  EXPECT_EQ(current(), home);
  EXPECT_EQ(observed.current(IpFamily::v6), six);
}

TEST_F(ObservedAddressRules, IgnoreWhatIsNoHostsAddress) {
  for (const auto* const nowhere : {"0.0.0.0:4222", "224.0.0.1:4222", "192.0.2.1:0"}) vote(1, endpoint(nowhere));
  vote(1, Endpoint{});
  EXPECT_EQ(observed.voters(IpFamily::v4), 0U);
  EXPECT_EQ(current(), std::nullopt);
}

}  // namespace
}  // namespace p2pns::kbr::test
