#include "core/kbr/prober.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/support/complete_routing.hpp"
#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

/// A prober whose candidates are nobody: every probe is sent and none is answered.
class ProberBudgets : public ::testing::Test {
 protected:
  ProberBudgets() {
    std::ranges::sort(strangers_, [this](const NodeHandle& left, const NodeHandle& right) {
      return closer(node_.id(), left.id, right.id);
    });
    for (std::size_t i = 0; i < siblings_maximum; ++i)
      contacts_.add(near(2 * i + 1), 20ms, node_.host().timers().now());
  }

  /// The nearest stranger is number 0. The odd ones up to twice the list are the siblings.
  const NodeHandle& near(std::size_t number) const { return strangers_[number]; }
  /// The farthest one is number 0: it fits into a bucket, never into the sibling list.
  const NodeHandle& far(std::size_t number) const { return strangers_[strangers_.size() - 1 - number]; }
  std::size_t probed() const {
    std::vector<Endpoint> to;
    for (const auto& datagram : network_.captured()) to.push_back(datagram.to);
    std::ranges::sort(to);
    const auto repeated = std::ranges::unique(to);
    return to.size() - repeated.size();
  }

  static std::vector<NodeHandle> make_strangers(SeededRandom& random) {
    std::vector<NodeHandle> made;
    for (std::size_t i = 0; i < 1000; ++i) {  // real keys: nothing can be sealed for an invalid one
      const crypto::Identity identity = identity_from(random, overlay_parameters());
      made.push_back(wire::make_node_handle(identity.public_key(), identity.puzzle(), address_of(10 + i)));
    }
    return made;
  }

  SeededRandom random_{announced_seed()};
  TestNetwork network_{random_.next()};
  ChannelNode node_{network_, address_of(1), random_.next()};
  std::vector<NodeHandle> strangers_ = make_strangers(random_);
  p2pns::test::NullLog log_;
  Contacts contacts_{node_.id(), BlockRule{true}};
  p2pns::test::CompleteRouting routing_{node_.channel(), node_.host().timers(), node_.id()};
  crypto::PuzzleDifficulty puzzles_ = overlay_parameters().puzzles;
  ObservedAddress observed_{BlockRule{true}};
  MaintenanceContext context_{node_.id(), node_.channel(), node_.host().timers(), random_, log_, contacts_, observed_,
                              routing_,   puzzles_};
  Prober prober_{context_};
};

// A join waits until the prober has settled; waiting for far buckets as well made it take many seconds.
TEST_F(ProberBudgets, SettlesWhileFarBucketsAreStillProbed) {
  for (std::size_t i = 0; i < 10; ++i) prober_.offer(far(i), Urgency::soon);
  network_.run_for(1ms);
  EXPECT_GT(probed(), 0U);
  EXPECT_TRUE(prober_.settled());
  prober_.offer(near(0), Urgency::soon);
  EXPECT_FALSE(prober_.settled());
  bool told = false;
  prober_.on_settled([&] { told = true; });
  EXPECT_TRUE(network_.run_until([&] { return told; }, 1min));
}

TEST_F(ProberBudgets, FarCandidatesLeaveTheBudgetOfSiblingsAlone) {
  // More than one burst, so that these wait for tokens; buckets 0 and 1 hold 32.
  for (std::size_t i = 0; i < 200; ++i) prober_.offer(far(i), Urgency::soon);
  network_.run_for(2s);
  ASSERT_GT(prober_.waiting(), 0U);
  network_.clear_captured();
  prober_.offer(near(0), Urgency::soon);
  prober_.offer(near(2), Urgency::soon);
  const auto asked = [&](const NodeHandle& node) {
    return std::ranges::any_of(network_.captured(),
                               [&](const auto& datagram) { return datagram.to == node.endpoints.front(); });
  };
  EXPECT_TRUE(network_.run_until([&] { return asked(near(0)) && asked(near(2)); }, 5s));
}

TEST_F(ProberBudgets, FarCandidatesGetTheirBurstAndThenTheTrickle) {
  // A silent candidate is dropped after its retries, so the places stay free and only tokens count.
  for (std::size_t i = 0; i < 250; ++i) prober_.offer(far(i), Urgency::soon);
  network_.run_for(1s);
  const double most = bucket_probes_burst + probes_per_second * 1 + 1;
  EXPECT_LE(static_cast<double>(probed()), most);
  EXPECT_GE(probed(), bucket_probes_at_once_maximum);
}

TEST_F(ProberBudgets, TellsThatItSettledWhenWhatWaitedIsNotWantedAnyMore) {
  for (std::size_t i = 0; i < 2 * siblings_maximum; i += 2) prober_.offer(near(i), Urgency::soon);
  bool told = false;
  prober_.on_settled([&] { told = true; });
  ASSERT_FALSE(prober_.settled());
  // The list fills with nearer ones from elsewhere, so the rest would not enter.
  network_.run_for(1ms);
  for (std::size_t i = 0; i < 2 * siblings_maximum; i += 2) contacts_.add(near(i), 20ms, node_.host().timers().now());
  EXPECT_TRUE(network_.run_until([&] { return told; }, 1min));
}

// Found with P2PNS_SEED=1774419102 of Overlay.SmallOverlayIsKnownToEverybodyInFull: a first request does not prove its
// sender's address, so who was found by a probe took no notice of the prober.
TEST_F(ProberBudgets, WhoIsProbedLearnsOfTheProberToo) {
  node_.channel().serve(wire::MessageType::ping, wire::decode_ping,
                        [](const rpc::Request&, const wire::Ping&, const rpc::Responder& respond) {
                          respond(wire::MessageType::pong, wire::encode(wire::Pong{true, {}}));
                        });
  std::optional<OverlayNode> other;  // the first one for which there is a place
  for (std::size_t i = 0; !other || !contacts_.would_accept(other->handle()); ++i)
    other.emplace(network_, address_of(2000 + i), random_.next());
  other->kademlia().start({});
  ASSERT_TRUE(network_.run_until([&] { return other->kademlia().joined(); }));
  prober_.offer(other->handle(), Urgency::soon);
  EXPECT_TRUE(network_.run_until([&] { return contacts_.find(other->id()) != nullptr; }, 10s));
  EXPECT_TRUE(network_.run_until([&] { return other->kademlia().contacts().find(node_.id()) != nullptr; }, 10s));
}

}  // namespace
}  // namespace p2pns::kbr::test
