// Several owners claim one name at the same time: at most one is told that it is his, and he keeps it.
#include <algorithm>

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {
namespace {

struct Race {
  std::size_t nodes = 20;
  std::size_t owners = 2;
  test::Conditions conditions;
  Duration spread{0};  ///< the owners begin within this time
};

struct Outcome {
  std::size_t won = 0;
  std::size_t taken = 0;
  std::size_t contested = 0;
  std::size_t other = 0;
};

class RaceRun {
 public:
  RaceRun(const Race& race, std::uint64_t seed) : race_(race), overlay_(race.nodes, seed), results_(race.owners) {
    overlay_.network.conditions() = race.conditions;
    for (std::size_t i = 0; i < race.owners; ++i) owners_.push_back(std::make_unique<Owner>(overlay_.random));
  }

  Outcome run() {
    for (std::size_t i = 0; i < race_.owners; ++i) {
      overlay_.network.run_for(overlay_.random.between(Duration{0}, race_.spread));
      operations_.push_back(
          overlay_.node(i).dht->claim(owners_[i]->binding("alice"), owners_[i]->signer,
                                      [this, i](Result<PutReceipt> result) { results_[i] = std::move(result); }));
    }
    EXPECT_TRUE(overlay_.network.run_until(
        [this] { return std::ranges::all_of(results_, [](const auto& result) { return result.has_value(); }); },
        std::chrono::minutes{2}));
    overlay_.settle();
    const Outcome outcome = count();
    check(outcome);
    return outcome;
  }

 private:
  Outcome count() const {
    Outcome outcome;
    for (const auto& result : results_) {
      if (!result) continue;
      if (*result)
        ++outcome.won;
      else if (result->error() == Errc::name_taken)
        ++outcome.taken;
      else if (result->error() == Errc::contested)
        ++outcome.contested;
      else
        ++outcome.other;
    }
    return outcome;
  }

  void check(const Outcome& outcome) {
    EXPECT_LE(outcome.won, 1U);
    EXPECT_EQ(outcome.won + outcome.taken + outcome.contested, race_.owners);
    overlay_.network.conditions().loss = 0;
    const auto read = overlay_.get(race_.nodes - 1, "alice");
    EXPECT_FALSE(read.error);
    if (outcome.won == 0 || read.error) return;
    for (std::size_t i = 0; i < race_.owners; ++i) {
      const std::size_t holders = overlay_.holders("alice", *owners_[i]);
      if (!results_[i]->has_value()) {
        // What lost has been taken back; only lost datagrams can leave a trace.
        EXPECT_LE(holders, race_.conditions.loss > 0 ? 2U : 0U);
        continue;
      }
      EXPECT_GT(2 * holders, std::min(race_.nodes, kbr::siblings_per_key));
      EXPECT_TRUE(read.record && read.record->owner() == owners_[i]->keys.public_key());
    }
  }

  Race race_;
  DhtOverlay overlay_;
  std::vector<std::unique_ptr<Owner>> owners_;
  std::vector<std::optional<Result<PutReceipt>>> results_;
  std::vector<Operation> operations_;
};

Outcome run_races(const Race& race, int runs) {
  const std::uint64_t first = test::announced_seed();
  Outcome sum;
  for (int i = 0; i < runs; ++i) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", run alone with P2PNS_SEED");
    const Outcome outcome = RaceRun{race, seed}.run();
    sum.won += outcome.won;
    sum.taken += outcome.taken;
    sum.contested += outcome.contested;
    sum.other += outcome.other;
    if (testing::Test::HasFailure()) break;
  }
  std::printf("%d races of %zu: won %zu, taken %zu, contested %zu\n", runs, race.owners, sum.won, sum.taken,
              sum.contested);
  return sum;
}

constexpr test::Conditions jittery{10ms, 60ms, 0, 0};
constexpr test::Conditions lossy{10ms, 60ms, 0.02, 0.01};

TEST(ClaimRace, OfTwoOwnersHasOneWinner) {
  const Outcome outcome = run_races({20, 2, jittery, 50ms}, 25);
  EXPECT_EQ(outcome.won, 25U);
  EXPECT_EQ(outcome.taken, 25U);
}

TEST(ClaimRace, OfTwoOwnersHasOneWinnerThoughDatagramsAreLost) {
  const Outcome outcome = run_races({20, 2, lossy, 50ms}, 25);
  EXPECT_EQ(outcome.won, 25U);
}

TEST(ClaimRace, OfThreeOwnersHasOneWinner) { EXPECT_EQ(run_races({24, 3, lossy, 30ms}, 20).won, 20U); }

TEST(ClaimRace, OfFiveOwnersAtOnceHasAtMostOneWinner) {
  const Outcome outcome = run_races({24, 5, lossy, 0ms}, 20);
  EXPECT_GE(outcome.won, 18U);
}

TEST(ClaimRace, InSmallOverlaysHasAtMostOneWinner) {
  for (const std::size_t nodes : {2U, 3U, 5U, 8U}) {
    const Outcome outcome = run_races({nodes, 2, jittery, 20ms}, 10);
    EXPECT_GE(outcome.won, 9U) << nodes << " nodes";
  }
}

TEST(ClaimRace, OnOneNodeIsWonByTheFirst) {
  DhtOverlay overlay{1};
  const Owner one{overlay.random};
  const Owner two{overlay.random};
  std::optional<Result<PutReceipt>> first;
  std::optional<Result<PutReceipt>> second;
  KbrDht& dht = *overlay.node(0).dht;
  const auto claim_one =
      dht.claim(one.binding("alice"), one.signer, [&](Result<PutReceipt> r) { first = std::move(r); });
  const auto claim_two =
      dht.claim(two.binding("alice"), two.signer, [&](Result<PutReceipt> r) { second = std::move(r); });
  EXPECT_TRUE(overlay.wait_for(first));
  EXPECT_EQ(overlay.wait_for(second).error(), Errc::name_taken);
}

}  // namespace
}  // namespace p2pns::dht
