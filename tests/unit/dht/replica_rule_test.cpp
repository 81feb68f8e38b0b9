#include "core/dht/replica_rule.hpp"

#include "core/dht/withdrawal_memory.hpp"
#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

using wire::StoreVerdict;

struct Version {
  int owner;
  std::uint32_t generation;
  std::uint64_t sequence;
};

struct DecideCase {
  std::string_view says;
  std::optional<Version> existing;
  Version incoming;
  Duration existing_left;  ///< until the existing one's not-after
  StoreVerdict verdict;
};

constexpr Duration valid = 24h;
constexpr Duration in_tolerance = -10min;
constexpr Duration expired = -10min - 1ms;

constexpr DecideCase decide_cases[] = {
    {"nothing there", std::nullopt, {1, 0, 1}, valid, StoreVerdict::stored},
    {"nothing there, later version", std::nullopt, {1, 4, 7}, valid, StoreVerdict::stored},
    {"same owner, higher sequence", Version{1, 0, 1}, {1, 0, 2}, valid, StoreVerdict::stored},
    {"same owner, much higher sequence", Version{1, 0, 1}, {1, 0, 900}, valid, StoreVerdict::stored},
    {"same owner, equal sequence, other content", Version{1, 0, 2}, {1, 0, 2}, 48h, StoreVerdict::stale},
    {"same owner, lower sequence", Version{1, 0, 2}, {1, 0, 1}, valid, StoreVerdict::stale},
    {"same owner, lower sequence, expired", Version{1, 0, 2}, {1, 0, 1}, expired, StoreVerdict::stored},
    {"same owner, higher generation, lower sequence", Version{1, 0, 9}, {1, 1, 1}, valid, StoreVerdict::stored},
    {"same owner, lower generation, higher sequence", Version{1, 1, 1}, {1, 0, 9}, valid, StoreVerdict::stale},
    {"other owner, valid", Version{2, 0, 1}, {1, 0, 1}, valid, StoreVerdict::taken},
    {"other owner, valid, higher sequence", Version{2, 0, 1}, {1, 0, 9}, valid, StoreVerdict::taken},
    {"other owner, valid, higher generation", Version{2, 0, 1}, {1, 9, 1}, valid, StoreVerdict::taken},
    {"other owner, within the clock tolerance", Version{2, 0, 1}, {1, 0, 1}, in_tolerance, StoreVerdict::taken},
    {"other owner, expired", Version{2, 0, 1}, {1, 0, 1}, expired, StoreVerdict::stored},
    {"other owner, expired, lower version", Version{2, 3, 9}, {1, 0, 1}, expired, StoreVerdict::stored},
};

class ReplicaRule : public testing::Test {
 protected:
  VerifiedRecord make(const Version& version, Duration left = valid) {
    const Owner& owner = version.owner == 1 ? one : two;
    Binding binding = owner.binding("alice", version.sequence);
    binding.generation = version.generation;
    binding.not_after = test_wall + std::chrono::duration_cast<std::chrono::milliseconds>(left);
    const UnixTime signed_at = std::min(test_wall, binding.not_after);
    return *verify(sign(binding, owner), crypto::SodiumVerifier{}, test_parameters(), signed_at);
  }

  test::SeededRandom random{3};
  Owner one{random};
  Owner two{random};
};

TEST_F(ReplicaRule, DecidesWhichRecordMayFollowWhich) {
  for (const DecideCase& c : decide_cases) {
    const auto existing = c.existing ? std::optional{make(*c.existing, c.existing_left)} : std::nullopt;
    EXPECT_EQ(decide(existing, make(c.incoming), test_wall), c.verdict) << c.says;
  }
}

TEST_F(ReplicaRule, TakesTheSameRecordAgain) {
  const VerifiedRecord record = make({1, 0, 1});
  EXPECT_EQ(decide(record, record, test_wall), StoreVerdict::stored);
}

TEST_F(ReplicaRule, LetsAWithdrawalRemoveWhatItCovers) {
  struct Case {
    std::string_view says;
    Version withdrawn;
    Version existing;
    bool removes;
  };
  const Case cases[] = {
      {"its own sequence", {1, 0, 5}, {1, 0, 5}, true},    {"an earlier sequence", {1, 0, 5}, {1, 0, 4}, true},
      {"a later sequence", {1, 0, 5}, {1, 0, 6}, false},   {"an earlier generation", {1, 2, 1}, {1, 1, 9}, true},
      {"a later generation", {1, 1, 9}, {1, 2, 1}, false}, {"another owner's", {1, 0, 5}, {2, 0, 1}, false},
  };
  for (const Case& c : cases) {
    const auto withdrawal = withdrawal_of(*decode_binding(make(c.withdrawn).bytes()));
    EXPECT_EQ(withdraws(withdrawal, make(c.existing), test_wall), c.removes) << c.says;
  }
}

TEST_F(ReplicaRule, LetsAWithdrawalEndWithItsOwnTime) {
  Withdrawal withdrawal = withdrawal_of(one.binding("alice"));
  const VerifiedRecord existing = make({1, 0, 1});
  EXPECT_TRUE(withdraws(withdrawal, existing, withdrawal.not_after + clock_tolerance));
  EXPECT_FALSE(withdraws(withdrawal, existing, withdrawal.not_after + clock_tolerance + 1ms));
  EXPECT_TRUE(withdraws(withdrawal, existing, test_wall - std::chrono::days{400})) << "our clock went back";
}

TEST_F(ReplicaRule, KeepsAWithdrawalToItsOwnName) {
  EXPECT_FALSE(withdraws(withdrawal_of(one.binding("bob")), make({1, 0, 1}), test_wall));
}

class WithdrawalMemoryTest : public ReplicaRule {
 protected:
  VerifiedRecord withdrawal(std::string label, std::uint64_t sequence = 1) {
    return verified(withdrawal_of(one.binding(std::move(label), sequence)), one);
  }
  VerifiedRecord binding(std::string label, std::uint64_t sequence = 1) {
    return verified(one.binding(std::move(label), sequence), one);
  }
};

TEST_F(WithdrawalMemoryTest, ForbidsWhatWasWithdrawn) {
  WithdrawalMemory memory;
  EXPECT_EQ(memory.find_against(binding("alice"), test_wall), nullptr);
  memory.remember(withdrawal("alice", 2));
  EXPECT_NE(memory.find_against(binding("alice", 2), test_wall), nullptr);
  EXPECT_EQ(memory.find_against(binding("alice", 3), test_wall), nullptr);
  EXPECT_EQ(memory.find_against(binding("bob"), test_wall), nullptr);
  EXPECT_EQ(memory.find_against(verified(two.binding("alice"), two), test_wall), nullptr);
}

TEST_F(WithdrawalMemoryTest, KeepsTheNewestOfAnOwner) {
  WithdrawalMemory memory;
  memory.remember(withdrawal("alice", 5));
  memory.remember(withdrawal("alice", 2));
  EXPECT_NE(memory.find_against(binding("alice", 5), test_wall), nullptr);
  memory.remember(withdrawal("alice", 7));
  EXPECT_NE(memory.find_against(binding("alice", 7), test_wall), nullptr);
  EXPECT_EQ(memory.size(), 1U);
}

TEST_F(WithdrawalMemoryTest, ForgetsTheOldestAboveItsMaximum) {
  WithdrawalMemory memory{2};
  memory.remember(withdrawal("a"));
  memory.remember(withdrawal("b"));
  EXPECT_NE(memory.find_against(binding("a"), test_wall), nullptr);
  memory.remember(withdrawal("c"));
  EXPECT_EQ(memory.size(), 2U);
  EXPECT_EQ(memory.find_against(binding("a"), test_wall), nullptr);
  EXPECT_NE(memory.find_against(binding("b"), test_wall), nullptr);
}

TEST_F(WithdrawalMemoryTest, DropsWhatMeansNothingAnyMore) {
  WithdrawalMemory memory;
  memory.remember(withdrawal("a"));
  const UnixTime end = one.binding("a").not_after + clock_tolerance;
  EXPECT_EQ(memory.expire(end), 0U);
  EXPECT_EQ(memory.expire(test_wall - std::chrono::days{400}), 0U) << "our clock went back";
  EXPECT_EQ(memory.expire(end + 1ms), 1U);
  EXPECT_EQ(memory.size(), 0U);
}

}  // namespace
}  // namespace p2pns::dht
