// Clocks: wrong by hours and years in both directions, days that change, and messages that are too old.
#include "core/rpc/secure_session.hpp"
#include "tests/unit/rpc/rpc_nodes.hpp"

namespace p2pns::rpc::test {
namespace {

using std::chrono::days;

TEST(UtcDay, CountsDaysAndWraps) {
  EXPECT_EQ(utc_day(UnixTime{0ms}), 0);
  EXPECT_EQ(utc_day(UnixTime{days{1}} - 1ms), 0);
  EXPECT_EQ(utc_day(UnixTime{days{65'536}}), 0);
  EXPECT_TRUE(day_is_near(10, 9) && day_is_near(10, 10) && day_is_near(10, 11));
  EXPECT_FALSE(day_is_near(10, 8) || day_is_near(10, 12));
  EXPECT_TRUE(day_is_near(0, 65'535) && day_is_near(65'535, 0));
  EXPECT_FALSE(day_is_near(1, 65'535));
}

class SkewedClock : public ::testing::TestWithParam<std::chrono::milliseconds> {
 protected:
  std::string ask(TestNode& from, TestNode& to) {
    network.clear_captured();
    const auto outcome = from.ask(to.handle(), "time");
    EXPECT_TRUE(network.run_until([outcome] { return outcome->done(); }));
    return outcome->text();
  }
  TestNetwork network;
  TestNode right{network, "192.0.2.1:4000", 1};
  TestNode wrong{network, "198.51.100.2:4000", 2, GetParam()};
};

TEST_P(SkewedClock, CostsOneRoundTripOnceAndNothingLater) {
  EXPECT_EQ(ask(wrong, right), "time");
  EXPECT_EQ(network.captured().size(), 4U);
  EXPECT_EQ(ask(wrong, right), "time");
  EXPECT_EQ(network.captured().size(), 2U);
  EXPECT_EQ(ask(right, wrong), "time") << "the offset is known from the answer";
  EXPECT_EQ(network.captured().size(), 2U);
}

TEST_P(SkewedClock, IsLearntFromAnAnswerToo) {
  EXPECT_EQ(ask(right, wrong), "time");
  EXPECT_EQ(network.captured().size(), 4U);
  EXPECT_EQ(ask(wrong, right), "time");
  EXPECT_EQ(network.captured().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(HoursAndYears, SkewedClock,
                         ::testing::Values(31s, -31s, 3h, -3h, 13h, -13h, days{2}, -days{2}, days{500}, -days{5000}));

class Midnight : public RpcPair {
 protected:
  void run_to_just_before_midnight() { network.run_for(p2pns::test::network_start + 12h - 10ms - network.now()); }
};

TEST_F(Midnight, DoesNotDisturbACallThatCrossesIt) {
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "noon"))->ok());
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "proven"))->ok());
  run_to_just_before_midnight();
  const auto before = alice.ask(bob.handle(), "before");
  network.run_for(15ms);
  const auto after = alice.ask(bob.handle(), "after");
  EXPECT_EQ(finish(before)->text(), "before");
  EXPECT_EQ(finish(after)->text(), "after");
  EXPECT_EQ(finish(bob.ask(alice.handle(), "back"))->text(), "back");
  EXPECT_NE(header_of(sent_by(alice)[2]).day, header_of(sent_by(alice)[3]).day);
  EXPECT_EQ(alice.counters().retransmissions, 0U);
  EXPECT_EQ(bob.counters().retries_sent + alice.counters().retries_sent, 0U);
  EXPECT_EQ(alice.counters().key_agreements, 1U);
}

TEST_F(Midnight, IsNoTroubleForClocksOnBothSidesOfIt) {
  TestNode early{network, "203.0.113.1:4000", 11, -20s};
  TestNode late{network, "203.0.113.2:4000", 12, 20s};
  TestNode other{network, "203.0.113.3:4000", 13};
  run_to_just_before_midnight();
  EXPECT_TRUE(finish(early.ask(other.handle(), "x"))->ok());
  EXPECT_TRUE(finish(late.ask(other.handle(), "x"))->ok());
  EXPECT_TRUE(finish(other.ask(early.handle(), "x"))->ok());
  EXPECT_TRUE(finish(other.ask(late.handle(), "x"))->ok());
  EXPECT_EQ(other.counters().retries_sent, 0U);
  EXPECT_EQ(network.captured().size(), 8U);
}

TEST_F(Midnight, WrapsTheDayNumber) {
  const auto to_wrap = UnixTime{days{65'536}} - wall_at_start - 10ms;
  TestNode one{network, "203.0.113.1:4000", 11, to_wrap};
  TestNode two{network, "203.0.113.2:4000", 12, to_wrap};
  const auto before = one.ask(two.handle(), "before");
  network.run_for(15ms);
  const auto after = two.ask(one.handle(), "after");
  EXPECT_EQ(finish(before)->text(), "before");
  EXPECT_EQ(finish(after)->text(), "after");
  EXPECT_EQ(header_of(sent_by(one)[0]).day, 65'535);
  EXPECT_EQ(header_of(sent_by(two)[0]).day, 0);
  EXPECT_EQ(network.captured().size(), 4U);
}

class MessageAge : public RpcPair {
 protected:
  void SetUp() override { network.run_for(1min); }
  /// Bob's reaction to alice's first request when it arrives `delay` late.
  void deliver_late(Duration delay) {
    ByteVector request;
    network.filter([&request](Captured& datagram) {
      request = datagram.bytes;
      return false;
    });
    auto outcome = alice.ask(bob.handle(), "late");
    outcome->operation.cancel();
    network.filter(nullptr);
    network.clear_captured();
    network.run_for(delay);
    network.inject(alice.address(), bob.address(), request);
    network.run_for(1s);
  }
};

TEST_F(MessageAge, IsAcceptedUpToThirtySeconds) {
  deliver_late(30s);
  EXPECT_EQ(bob.requests.size(), 1U);
}

TEST_F(MessageAge, IsAnsweredByRetryBeyond) {
  deliver_late(30s + 1ms);
  EXPECT_TRUE(bob.requests.empty());
  EXPECT_EQ(sent_by(bob, MessageType::retry).size(), 1U);
}

TEST_F(MessageAge, FollowsAWallClockThatIsCorrectedWhileRunning) {
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "one"))->ok());
  bob.wall_clock().set(bob.wall_clock().now() + 2h);
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "two"))->ok());
  EXPECT_TRUE(finish(bob.ask(alice.handle(), "three"))->ok());
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "four"))->ok());
  EXPECT_EQ(alice.counters().time_outs + bob.counters().time_outs, 0U);
}

}  // namespace
}  // namespace p2pns::rpc::test
