// Calls: time-outs, retries, several addresses, cancelling, limits, and completions that destroy their owner.
#include <algorithm>

#include "core/rpc/call_table.hpp"
#include "core/rpc/round_trip.hpp"
#include "tests/unit/rpc/rpc_nodes.hpp"

namespace p2pns::rpc::test {
namespace {

class Call : public RpcPair {
 protected:
  /// Drops the datagrams with these numbers, counted from now on.
  void lose(std::vector<std::size_t> numbers) {
    network.filter([numbers = std::move(numbers), sent = std::size_t{0}](Captured&) mutable {
      return std::find(numbers.begin(), numbers.end(), sent++) == numbers.end();
    });
  }
};

TEST_F(Call, SurvivesTheLossOfTheRequest) {
  lose({0});
  const auto outcome = finish(alice.ask(bob.handle(), "x"));
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ((*outcome->result)->round_trip, 40ms) << "measured from the transmission that was answered";
  EXPECT_EQ(alice.counters().retransmissions, 1U);
  EXPECT_EQ(alice.counters().requests_sent, 2U);
}

TEST_F(Call, SurvivesTheLossOfTheAnswer) {
  lose({1});
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->ok());
  EXPECT_EQ(bob.requests.size(), 2U);
}

TEST_F(Call, TimesOutWhenAllTransmissionsAreLost) {
  lose({0, 1});
  const TimePoint start = network.now();
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(network.now() - start, time_out_initial + std::min(2 * time_out_initial, time_out_ceiling));
  ASSERT_EQ(alice.observer.silent.size(), 1U);
  EXPECT_EQ(alice.observer.silent[0], bob.identity().node_id());
  EXPECT_EQ(alice.counters().time_outs, 1U);
  EXPECT_EQ(sent_by(alice).size(), static_cast<std::size_t>(transmissions_per_address));
}

TEST_F(Call, WaitsForAMeasuredPeerAsLongAsItsRoundTripsSay) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(finish(alice.ask(bob.handle(), "x"))->ok());
  EXPECT_EQ(alice.channel().typical_round_trip(), 40ms);
  bob.stop();
  const TimePoint start = network.now();
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
  EXPECT_LT(network.now() - start, 200ms);
  EXPECT_GE(network.now() - start, 3 * time_out_floor);
}

TEST_F(Call, LearnsFromAnAnswerThatComesTooLate) {
  network.conditions().delay = 900ms;
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(alice.observer.answered.size(), 0U);
  network.run_for(2s);
  EXPECT_EQ(alice.counters().answers_late, 2U) << "one for each transmission";
  ASSERT_FALSE(alice.observer.answered.empty());
  EXPECT_EQ(alice.observer.answered[0], bob.handle());
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "y"))->ok()) << "the next call waits long enough";
}

TEST_F(Call, ForgetsLateAnswersAfterTheirTime) {
  network.conditions().delay = late_answer_maximum / 2;
  finish(alice.ask(bob.handle(), "x"));
  network.run_for(10s);
  EXPECT_EQ(alice.counters().answers_late, 2U);
  network.conditions().delay = late_answer_maximum / 2 + 1ms;
  finish(alice.ask(bob.handle(), "x"));
  network.run_for(10s);
  EXPECT_EQ(alice.counters().answers_late, 2U);
  EXPECT_EQ(alice.counters().dropped_unexpected, 2U);
}

TEST_F(Call, GoesOnToTheNextAddress) {
  wire::NodeHandle node = bob.handle();
  wire::prefer_endpoint(node, endpoint("203.0.113.50:1"));
  const auto outcome = finish(alice.ask(node, "found you"));
  EXPECT_EQ(outcome->text(), "found you");
  EXPECT_EQ((*outcome->result)->from.endpoints.front(), bob.address());
  EXPECT_EQ((*outcome->result)->from.endpoints.back(), endpoint("203.0.113.50:1"));
  EXPECT_EQ(sent_by(alice).size(), static_cast<std::size_t>(transmissions_per_address) + 1);
}

TEST_F(Call, FailsOnceWhenAllAddressesAreSilent) {
  wire::NodeHandle node = bob.handle();
  node.endpoints = {endpoint("203.0.113.50:1"), endpoint("203.0.113.51:1"), endpoint("203.0.113.52:1")};
  EXPECT_TRUE(finish(alice.ask(node, "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(sent_by(alice).size(), 3U * transmissions_per_address);
  EXPECT_EQ(alice.observer.silent.size(), 1U);
  EXPECT_EQ(alice.counters().time_outs, 1U);
}

TEST_F(Call, WithoutAddressIsNotReachable) {
  wire::NodeHandle node = bob.handle();
  node.endpoints.clear();
  EXPECT_TRUE(finish(alice.ask(node, "x"))->failed_with(Errc::not_reachable));
}

TEST_F(Call, TakesALateAnswerToAnEarlierTransmission) {
  network.conditions().delay = 300ms;  // 600 ms round trip against a first time-out of 500 ms
  const auto outcome = finish(alice.ask(bob.handle(), "slow"));
  EXPECT_EQ(outcome->text(), "slow");
  EXPECT_EQ((*outcome->result)->round_trip, 600ms);
  EXPECT_EQ(alice.counters().retransmissions, 1U);
  network.run_for(5s);
  EXPECT_EQ(alice.counters().answers_received, 1U);
  EXPECT_EQ(alice.counters().dropped_unexpected, 1U) << "the answer to the second transmission";
}

TEST_F(Call, TakesAnAnswerFromAnAddressTriedBefore) {
  wire::NodeHandle node = bob.handle();
  node.endpoints.push_back(endpoint("203.0.113.50:1"));
  network.conditions().delay = 800ms;  // both transmissions to the right address are given up by then
  const auto outcome = finish(alice.ask(node, "very slow"));
  EXPECT_EQ(outcome->text(), "very slow");
  EXPECT_EQ((*outcome->result)->from.endpoints.front(), bob.address());
}

TEST_F(Call, IgnoresAnAnswerFromAnAddressNotAsked) {
  network.filter([this](Captured& datagram) {
    if (datagram.from == bob.address()) datagram.from.port = 4001;
    return true;
  });
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(alice.counters().dropped_unexpected, 2U);
}

TEST_F(Call, ThatIsCancelledLeavesNothingBehind) {
  const auto outcome = alice.ask(bob.handle(), "x");
  outcome->operation.cancel();
  EXPECT_EQ(alice.host().timers().size(), 0U);
  network.run_for(10s);
  EXPECT_FALSE(outcome->done());
  EXPECT_EQ(sent_by(alice).size(), 1U);
  EXPECT_EQ(alice.counters().dropped_unexpected, 1U);
  EXPECT_TRUE(alice.observer.silent.empty());
}

TEST_F(Call, ThatWasNotEvenSentCanBeCancelled) {
  wire::NodeHandle node = bob.handle();
  node.endpoints.clear();
  const auto outcome = alice.ask(node, "x");
  outcome->operation.cancel();
  network.run_for(1s);
  EXPECT_FALSE(outcome->done());
}

TEST_F(Call, MayOutliveItsChannel) {
  const auto outcome = alice.ask(bob.handle(), "x");
  alice.stop();
  outcome->operation.cancel();
  network.run_for(1s);
  EXPECT_FALSE(outcome->done());
}

TEST_F(Call, CompletionMayDestroyTheChannel) {
  for (const bool answered : {true, false}) {
    alice.restart();
    bool ran = false;
    bob.silent = !answered;
    alice.channel()
        .call(bob.handle(), MessageType::ping, {}, 0,
              [&](Result<Answer> result) {
                ran = true;
                EXPECT_EQ(result.has_value(), answered);
                alice.stop();
              })
        .detach();
    EXPECT_TRUE(network.run_until([&ran] { return ran; }));
  }
  alice.start();
}

TEST_F(Call, FailsBeyondTheNamedMaximum) {
  bob.stop();
  std::vector<std::shared_ptr<Outcome>> outcomes;
  for (std::size_t i = 0; i < pending_calls_maximum - 1; ++i) outcomes.push_back(alice.ask(bob.handle(), "x"));
  const auto last = alice.ask(bob.handle(), "the last one that fits");
  const auto above = alice.ask(bob.handle(), "one too many");
  const auto seed_above = alice.ask_address(bob.address(), "one too many");
  network.run_for(1ms);
  EXPECT_TRUE(above->failed_with(Errc::overloaded));
  EXPECT_TRUE(seed_above->failed_with(Errc::overloaded));
  EXPECT_FALSE(last->done());
  outcomes.front()->operation.cancel();
  const auto fits_again = alice.ask(bob.handle(), "fits again");
  network.run_for(1ms);
  EXPECT_FALSE(fits_again->done());
  network.run_for(10s);
  EXPECT_TRUE(last->failed_with(Errc::timed_out));
  EXPECT_TRUE(fits_again->failed_with(Errc::timed_out));
  EXPECT_EQ(alice.counters().time_outs, pending_calls_maximum);
  EXPECT_EQ(alice.host().timers().size(), 0U);
}

TEST_F(Call, ToAKeyOfSmallOrderFails) {
  wire::NodeHandle node = wire::make_node_handle({}, {}, bob.address());
  node.key.value[0] = std::byte{1};  // the neutral element
  node.id = crypto::node_id_of(node.key);
  EXPECT_TRUE(finish(alice.ask(node, "x"))->failed_with(Errc::bad_key));
  EXPECT_TRUE(sent_by(alice).empty());
}

TEST_F(Call, ToAKeyThatIsNotTheNodesFails) {
  TestNode eve{network, "203.0.113.66:4000", 66};
  wire::NodeHandle unknown = bob.handle();
  unknown.key = eve.identity().public_key();
  EXPECT_TRUE(finish(alice.ask(unknown, "x"))->failed_with(Errc::bad_key)) << "before anything is known of bob";
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "x"))->ok());
  EXPECT_TRUE(finish(alice.ask(unknown, "x"))->failed_with(Errc::bad_key)) << "a fingerprint that is taken";
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->ok());
}

TEST_F(Call, WorksThroughABadNetwork) {
  const std::uint64_t seed = p2pns::test::announced_seed();
  TestNetwork bad{seed};
  bad.conditions() = {10ms, 60ms, 0.1, 0.1};
  TestNode one{bad, "192.0.2.1:4000", seed + 1};
  TestNode two{bad, "198.51.100.2:4000", seed + 2};
  int answered = 0;
  for (int i = 0; i < 400; ++i) {
    TestNode& from = i % 2 == 0 ? one : two;
    const std::string text = "call " + std::to_string(i);
    const auto outcome = from.ask((i % 2 == 0 ? two : one).handle(), text);
    ASSERT_TRUE(bad.run_until([outcome] { return outcome->done(); }));
    if (!outcome->ok()) continue;
    ++answered;
    EXPECT_EQ(outcome->text(), text);
  }
  // Both transmissions fail with (1 - 0.9 * 0.9)^2 = 3.6 %.
  EXPECT_GE(answered, 340);
}

}  // namespace
}  // namespace p2pns::rpc::test
