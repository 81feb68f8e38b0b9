// Replays: what was served once is never served again, whatever is repeated, reordered, restarted or forgotten.
#include <algorithm>

#include "core/rpc/peer_table.hpp"
#include "tests/unit/rpc/rpc_nodes.hpp"

namespace p2pns::rpc::test {
namespace {

class Replay : public RpcPair {
 protected:
  void SetUp() override { network.run_for(1min); }
  void replay(const Captured& datagram) {
    network.inject(datagram.from, datagram.to, datagram.bytes);
    network.run_for(1s);
  }
};

TEST_F(Replay, OfARequestIsDropped) {
  finish(alice.ask(bob.handle(), "one"));
  finish(alice.ask(bob.handle(), "two"));
  finish(alice.ask(bob.handle(), "three"));
  const auto requests = sent_by(alice);
  ASSERT_EQ(requests.size(), 3U);
  for (const Captured& request : requests) replay(request);
  EXPECT_EQ(bob.requests.size(), 3U);
  EXPECT_EQ(bob.counters().dropped_replayed, 3U);
  EXPECT_EQ(sent_by(bob).size(), 3U);
}

TEST_F(Replay, FromAnotherAddressIsDropped) {
  finish(alice.ask(bob.handle(), "one"));
  Captured request = sent_by(alice)[0];
  request.from = endpoint("203.0.113.9:9");
  replay(request);
  EXPECT_EQ(bob.requests.size(), 1U);
  EXPECT_EQ(sent_by(bob).size(), 1U);
}

TEST_F(Replay, AcrossOurRestartIsNotServed) {
  finish(alice.ask(bob.handle(), "first contact"));
  finish(alice.ask(bob.handle(), "later"));
  const auto requests = sent_by(alice);
  for (const auto pause : {0s, 2s, 10s}) {
    network.run_for(pause);
    bob.restart();
    for (const Captured& request : requests) replay(request);
    EXPECT_EQ(bob.requests.size(), 2U) << pause.count() << " s";
    EXPECT_EQ(bob.counters().requests_served, 0U);
    EXPECT_EQ(bob.counters().retries_sent, 2U);
  }
}

TEST_F(Replay, OfThePeersEarlierRunIsNotServed) {
  finish(alice.ask(bob.handle(), "first run"));
  finish(alice.ask(bob.handle(), "with a cookie"));
  const auto earlier = sent_by(alice);
  network.run_for(2s);
  alice.restart();
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "second run"))->ok());
  for (const Captured& request : earlier) replay(request);
  EXPECT_EQ(bob.requests.size(), 3U);
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "still here"))->ok());
  EXPECT_EQ(alice.counters().retransmissions, 0U);
}

TEST_F(Replay, IsToldFromAPeerWhoseClockWentBackAtItsRestart) {
  finish(alice.ask(bob.handle(), "first run"));
  finish(alice.ask(bob.handle(), "with a cookie"));
  const auto earlier = sent_by(alice);
  for (const auto skew : {-2h, -4h}) {
    network.run_for(2s);
    alice.stop();
    alice.set_skew(skew);
    alice.start();
    EXPECT_TRUE(finish(alice.ask(bob.handle(), "clock set back"))->ok());
    EXPECT_TRUE(finish(alice.ask(bob.handle(), "and used"))->ok());
    EXPECT_EQ(alice.counters().retransmissions, 0U);
  }
  for (const Captured& request : earlier) replay(request);
  EXPECT_EQ(bob.requests.size(), 6U);
}

TEST_F(Replay, IsNotServedAfterThePeerWasForgotten) {
  std::vector<std::unique_ptr<TestNode>> others;
  for (std::size_t i = 0; i < peers_maximum; ++i)
    others.push_back(std::make_unique<TestNode>(
        network, "10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1:4000", 1000 + i));
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "first contact"))->ok());
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "with a cookie"))->ok());
  const auto requests = sent_by(alice);
  std::vector<std::shared_ptr<Outcome>> outcomes;
  for (const auto& other : others) outcomes.push_back(other->ask(bob.handle(), "push alice out"));
  for (const auto& outcome : outcomes) ASSERT_TRUE(finish(outcome)->ok());
  ASSERT_LT(network.now() - requests[0].sent_at, 10s) << "recent enough to be served, were it not for the window";
  const auto served = bob.requests.size();
  const auto retries = bob.counters().retries_sent;
  for (const Captured& request : requests) replay(request);
  EXPECT_EQ(bob.requests.size(), served);
  EXPECT_EQ(bob.counters().retries_sent, retries + 2);
  EXPECT_EQ(finish(alice.ask(bob.handle(), "still welcome"))->text(), "still welcome");
}

TEST_F(Replay, OfAnAnswerCompletesNothing) {
  finish(alice.ask(bob.handle(), "one"));
  replay(sent_by(bob)[0]);
  const auto next = alice.ask(bob.handle(), "two");
  network.inject(bob.address(), alice.address(), sent_by(bob)[0].bytes);
  EXPECT_EQ(finish(next)->text(), "two");
  EXPECT_EQ(alice.counters().dropped_unexpected, 2U);
}

TEST_F(Replay, ByTheNetworkServesEveryRequestOnce) {
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "known"))->ok());
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "proven"))->ok());
  network.conditions() = {5ms, 30ms, 0, 1};
  std::vector<std::shared_ptr<Outcome>> outcomes;
  for (int i = 0; i < 300; ++i) outcomes.push_back(alice.ask(bob.handle(), "call " + std::to_string(i)));
  for (std::size_t i = 0; i < outcomes.size(); ++i) EXPECT_EQ(finish(outcomes[i])->text(), "call " + std::to_string(i));
  network.run_for(1s);
  EXPECT_EQ(bob.requests.size(), 302U + alice.counters().retransmissions);
  EXPECT_EQ(bob.counters().dropped_replayed, 300U + alice.counters().retransmissions);
}

TEST_F(Replay, IsDroppedWhenItArrivesLaterThanTheWindowReaches) {
  finish(alice.ask(bob.handle(), "known"));
  Captured held;
  network.filter([&held](Captured& datagram) {
    held = datagram;
    return false;
  });
  auto outcome = alice.ask(bob.handle(), "held back");
  outcome->operation.cancel();
  network.filter(nullptr);
  for (std::size_t i = 0; i < replay_window_messages; ++i) ASSERT_TRUE(finish(alice.ask(bob.handle(), "x", 1))->ok());
  const auto served = bob.requests.size();
  network.inject(held.from, held.to, held.bytes);
  network.run_for(100ms);
  EXPECT_EQ(bob.requests.size(), served);
  EXPECT_EQ(bob.counters().dropped_replayed, 1U);
}

}  // namespace
}  // namespace p2pns::rpc::test
