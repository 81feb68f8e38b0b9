// What front ends are promised: outcomes, limits of what may wait, receivers.
#include <gmock/gmock.h>

#include "tests/unit/link/link_hosts.hpp"

namespace p2pns::link {
namespace {

using namespace std::chrono_literals;
using test::LinkHost;
using testing::ElementsAre;

class LinkHubTest : public testing::Test {
 protected:
  /// Outcomes as short texts, in the order they came.
  static std::vector<std::string> outcomes_of(const LinkHost& host) {
    std::vector<std::string> texts;
    for (const auto& [text, outcome] : host.outcomes)
      texts.push_back(text + (outcome ? ": ok" : ": " + outcome.error().message()));
    return texts;
  }
  static std::string failed(std::string text, Errc error) { return text + ": " + make_error_code(error).message(); }
  static std::size_t count(const LinkHost& host, Errc error) {
    return static_cast<std::size_t>(std::ranges::count_if(host.outcomes, [&](const auto& each) {
      return !each.second && each.second.error() == make_error_code(error);
    }));
  }

  /// Bob's receiver has 1,000 bytes of a message, and the link breaks.
  void expect_counted_until_done() {
    hosts_.streams().back()->link->end(EndReason::broken);
    hosts_.settle();
    EXPECT_EQ(bob_.hub().received_bytes(), 1000U);
    bob_.finish();
    hosts_.settle();
    EXPECT_EQ(bob_.hub().received_bytes(), 0U);
  }

  test::LinkHosts hosts_{test::announced_seed()};
  LinkHost& alice_ = hosts_.add();
  LinkHost& bob_ = hosts_.add();
};

TEST_F(LinkHubTest, OpensALinkForTheFirstMessageAndKeepsIt) {
  bob_.keep("sip");
  alice_.send(bob_.id(), "sip", "one");
  hosts_.settle();
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("one", "two"));
  EXPECT_THAT(outcomes_of(alice_), ElementsAre("one: ok", "two: ok"));
  EXPECT_EQ(alice_.dialled.size(), 1U);
}

TEST_F(LinkHubTest, AnswersOverALinkThatTheOtherOpened) {
  alice_.keep("sip");
  bob_.keep("sip");
  alice_.send(bob_.id(), "sip", "one");
  hosts_.settle();
  bob_.send(alice_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(alice_.received, ElementsAre("two"));
  EXPECT_TRUE(bob_.dialled.empty());
}

TEST_F(LinkHubTest, NeverCompletesInsideTheCall) {
  bob_.keep("sip");
  for (const auto* const protocol : {"sip", "no such name of a protocol"}) alice_.send(bob_.id(), protocol, "x");
  EXPECT_TRUE(alice_.outcomes.empty());
  hosts_.settle();
  EXPECT_EQ(alice_.outcomes.size(), 2U);
}

TEST_F(LinkHubTest, SaysNothingToWhoeverCancelled) {
  bob_.keep("sip");
  bool completed = false;
  {
    const Operation operation =
        alice_.hub().send(bob_.id(), "sip", ByteVector(3), [&](Result<void>) { completed = true; });
  }
  hosts_.settle();
  EXPECT_FALSE(completed);
  EXPECT_EQ(bob_.received.size(), 1U) << "it may arrive";
}

TEST_F(LinkHubTest, SaysThatANodeCannotBeReached) {
  bob_.reachable = false;
  alice_.send(bob_.id(), "sip", "one");
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(outcomes_of(alice_), ElementsAre(failed("one", Errc::not_reachable), failed("two", Errc::not_reachable)));
  EXPECT_EQ(alice_.dialled.size(), 1U) << "both wait for the same search";
  EXPECT_EQ(alice_.hub().peers(), 0U);
}

TEST_F(LinkHubTest, LooksForTheNodeAgainAfterAFailure) {
  bob_.keep("sip");
  bob_.reachable = false;
  alice_.send(bob_.id(), "sip", "one");
  hosts_.settle();
  bob_.reachable = true;
  hosts_.run_for(redial_pause - 1ms);
  alice_.send(bob_.id(), "sip", "too soon");
  hosts_.settle();
  EXPECT_EQ(alice_.dialled.size(), 1U);
  EXPECT_THAT(outcomes_of(alice_),
              ElementsAre(failed("one", Errc::not_reachable), failed("too soon", Errc::not_reachable)));
  EXPECT_EQ(alice_.hub().peers(), 0U);
  hosts_.run_for(1ms);
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("two"));
}

TEST_F(LinkHubTest, ForgetsAFailureWhenTheNodeComesByItself) {
  bob_.keep("sip");
  bob_.reachable = false;
  alice_.send(bob_.id(), "sip", "one");
  hosts_.settle();
  bob_.reachable = true;
  bob_.send(alice_.id(), "sip", "from bob");
  hosts_.settle();
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("two"));
}

TEST_F(LinkHubTest, RemembersABoundedNumberOfFailures) {
  const NodeId first = hosts_.random().value<NodeId>();
  alice_.send(first, "sip", "x");
  for (std::size_t i = 1; i < failed_dials_maximum; ++i) {
    alice_.send(hosts_.random().value<NodeId>(), "sip", "x");
    hosts_.settle();
  }
  alice_.send(first, "sip", "x");
  hosts_.settle();
  EXPECT_EQ(alice_.dialled.size(), failed_dials_maximum);
  alice_.send(hosts_.random().value<NodeId>(), "sip", "x");
  hosts_.settle();
  alice_.send(first, "sip", "x");
  hosts_.settle();
  EXPECT_EQ(alice_.dialled.size(), failed_dials_maximum + 2);
}

TEST_F(LinkHubTest, RefusesWhatIsNoMessage) {
  bob_.keep("sip");
  alice_.send(bob_.id(), "SIP", "x");
  alice_.send(bob_.id(), "sip", std::string(message_maximum_bytes + 1, 'x'));
  alice_.send(bob_.id(), "sip", std::string(message_maximum_bytes, 'x'));
  hosts_.settle();
  EXPECT_EQ(count(alice_, Errc::malformed), 1U);
  EXPECT_EQ(count(alice_, Errc::too_large), 1U);
  ASSERT_EQ(bob_.received.size(), 1U);
  EXPECT_EQ(bob_.received[0].size(), message_maximum_bytes);
}

TEST_F(LinkHubTest, TellsWhatTheReceiverSaidAndNothingElse) {
  bob_.keep("a", Errc::not_owner);
  bob_.keep("b", Errc::io_error);
  for (const auto* const protocol : {"a", "b", "c"}) alice_.send(bob_.id(), protocol, protocol);
  hosts_.settle();
  EXPECT_THAT(outcomes_of(alice_),
              testing::UnorderedElementsAre(failed("a", Errc::not_owner), failed("b", Errc::refused),
                                            failed("c", Errc::unsupported)));
  EXPECT_EQ(bob_.counters().unsupported, 1U);
}

TEST_F(LinkHubTest, HasOneReceiverForAProtocolAndRoomForSoMany) {
  alice_.keep("sip");
  EXPECT_EQ(alice_.hub().listen("sip", {}).error(), make_error_code(Errc::overloaded));
  EXPECT_EQ(alice_.hub().listen("S", {}).error(), make_error_code(Errc::malformed));
  for (std::size_t i = 1; i < protocols_maximum; ++i) EXPECT_TRUE(alice_.hub().listen("p" + std::to_string(i), {}));
  EXPECT_EQ(alice_.hub().listen("more", {}).error(), make_error_code(Errc::overloaded));
  alice_.hub().unlisten("sip");
  EXPECT_TRUE(alice_.hub().listen("more", {}));
}

TEST_F(LinkHubTest, GivesAReceiverOneMessageOfANodeAtATime) {
  bob_.hold("sip");
  alice_.send(bob_.id(), "sip", "one");
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("one"));
  bob_.finish();
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("one", "two"));
  EXPECT_THAT(outcomes_of(alice_), ElementsAre("one: ok"));
}

TEST_F(LinkHubTest, LetsMessagesOfOtherProtocolsAndNodesPassASlowReceiver) {
  LinkHost& carol = hosts_.add();
  bob_.hold("sip");
  bob_.keep("xmpp");
  alice_.send(bob_.id(), "sip", "slow");
  alice_.send(bob_.id(), "xmpp", "fast");
  carol.send(bob_.id(), "sip", "another node's");
  hosts_.settle();
  EXPECT_THAT(bob_.received, testing::UnorderedElementsAre("slow", "fast", "another node's"));
}

TEST_F(LinkHubTest, TellsTheSenderWhenAReceiverTakesTooLong) {
  bob_.hold("sip");
  alice_.send(bob_.id(), "sip", "one");
  alice_.send(bob_.id(), "sip", "two");
  hosts_.run_for(receive_time_maximum - 1s);
  EXPECT_TRUE(alice_.outcomes.empty());
  hosts_.run_for(1s);
  EXPECT_THAT(outcomes_of(alice_), ElementsAre(failed("one", Errc::timed_out), failed("two", Errc::timed_out)));
  bob_.finish();
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("one")) << "what was told to have failed does not come later";
}

TEST_F(LinkHubTest, TellsTheSenderInTimeWhateverHappens) {
  hosts_.hold_dials(true);
  alice_.send(bob_.id(), "sip", "one");
  hosts_.run_for(send_time_maximum - 1s);
  EXPECT_TRUE(alice_.outcomes.empty());
  hosts_.run_for(1s);
  EXPECT_THAT(outcomes_of(alice_), ElementsAre(failed("one", Errc::timed_out)));
  EXPECT_EQ(alice_.hub().queued_bytes(), 0U);
}

TEST_F(LinkHubTest, LetsSoManyMessagesWaitAndNotOneMore) {
  hosts_.hold_dials(true);
  for (std::size_t i = 0; i <= queue_maximum_messages; ++i) alice_.send(bob_.id(), "sip", "x");
  alice_.send(bob_.id(), "xmpp", "another protocol has a queue of its own");
  hosts_.settle();
  EXPECT_EQ(count(alice_, Errc::overloaded), 1U);
  EXPECT_EQ(alice_.outcomes.size(), 1U);
}

TEST_F(LinkHubTest, LetsSoManyBytesWaitAndNotOneMore) {
  hosts_.hold_dials(true);
  for (std::size_t i = 0; i < queue_maximum_bytes / message_maximum_bytes; ++i)
    alice_.send(bob_.id(), "xmpp", std::string(message_maximum_bytes, 'x'));
  hosts_.settle();
  EXPECT_TRUE(alice_.outcomes.empty());
  alice_.send(bob_.id(), "xmpp", "x");
  hosts_.settle();
  EXPECT_EQ(count(alice_, Errc::overloaded), 1U);
}

TEST_F(LinkHubTest, SendsUnderSoManyProtocolsToOneNodeAndNotOneMore) {
  hosts_.hold_dials(true);
  for (std::size_t i = 0; i <= protocols_maximum; ++i) alice_.send(bob_.id(), "p" + std::to_string(i), "x");
  hosts_.settle();
  EXPECT_THAT(outcomes_of(alice_), ElementsAre(failed("x", Errc::overloaded)));
}

TEST_F(LinkHubTest, LooksForSoManyNodesAtOnceAndNotOneMore) {
  hosts_.hold_dials(true);
  for (std::size_t i = 0; i <= dials_maximum; ++i) alice_.send(hosts_.random().value<NodeId>(), "sip", "x");
  hosts_.settle();
  EXPECT_EQ(alice_.dialled.size(), dials_maximum);
  EXPECT_EQ(count(alice_, Errc::overloaded), 1U);
  hosts_.hold_dials(false);
  hosts_.settle();
  EXPECT_EQ(count(alice_, Errc::not_reachable), dials_maximum);
  alice_.send(bob_.id(), "sip", "x");
  hosts_.settle();
  EXPECT_EQ(alice_.dialled.size(), dials_maximum + 1) << "places are given back";
}

TEST_F(LinkHubTest, BoundsWhatWaitsForAllNodes) {
  bob_.hold("xmpp");
  std::vector<LinkHost*> slow;
  for (std::size_t i = 0; i <= queued_maximum_bytes / queue_maximum_bytes; ++i) {
    LinkHost& host = hosts_.add();
    host.hold("xmpp");
    slow.push_back(&host);
    for (std::size_t n = 0; n < queue_maximum_bytes / message_maximum_bytes; ++n)
      alice_.send(host.id(), "xmpp", std::string(message_maximum_bytes, 'x'));
    hosts_.settle();
  }
  EXPECT_EQ(alice_.hub().queued_bytes(), queued_maximum_bytes);
  EXPECT_EQ(count(alice_, Errc::overloaded), queue_maximum_bytes / message_maximum_bytes);
}

TEST_F(LinkHubTest, FailsWhatIsOnItsWayWhenALinkBreaksAndLooksAgain) {
  bob_.hold("sip");
  alice_.send(bob_.id(), "sip", "one");
  hosts_.settle();
  hosts_.streams().back()->link->end(EndReason::broken);
  hosts_.settle();
  EXPECT_THAT(outcomes_of(alice_), ElementsAre(failed("one", Errc::not_reachable)));
  bob_.finish();
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("one", "two"));
  EXPECT_EQ(alice_.dialled.size(), 2U);
}

TEST_F(LinkHubTest, SendsWhatWasNotBegunOverTheNextLink) {
  bob_.hold("sip");
  for (std::size_t i = 0; i < window_maximum_messages + 2; ++i) alice_.send(bob_.id(), "sip", std::to_string(i));
  hosts_.settle();
  hosts_.streams().back()->link->end(EndReason::broken);
  hosts_.settle();
  EXPECT_EQ(count(alice_, Errc::not_reachable), window_maximum_messages) << "these may have arrived";
  while (!bob_.held.empty()) {
    bob_.finish();
    hosts_.settle();
  }
  EXPECT_THAT(bob_.received, ElementsAre("0", "64", "65"));
}

TEST_F(LinkHubTest, TriesOnlyOneLinkMore) {
  bob_.hold("sip");
  for (std::size_t i = 0; i < 2 * window_maximum_messages + 1; ++i) alice_.send(bob_.id(), "sip", "x");
  for (int i = 0; i < 2; ++i) {
    hosts_.settle();
    hosts_.streams().back()->link->end(EndReason::broken);
  }
  hosts_.settle();
  EXPECT_EQ(count(alice_, Errc::not_reachable), 2 * window_maximum_messages + 1);
}

TEST_F(LinkHubTest, BringsAMessageToTheNodeItselfWithoutALink) {
  alice_.keep("sip");
  alice_.send(alice_.id(), "sip", "to myself");
  alice_.send(alice_.id(), "xmpp", "nobody takes this");
  hosts_.settle();
  EXPECT_THAT(alice_.received, ElementsAre("to myself"));
  EXPECT_THAT(outcomes_of(alice_),
              testing::UnorderedElementsAre("to myself: ok", failed("nobody takes this", Errc::unsupported)));
  EXPECT_TRUE(alice_.dialled.empty());
  EXPECT_EQ(alice_.hub().queued_bytes(), 0U);
}

TEST_F(LinkHubTest, FailsEverythingWhenItStopsAndReceivesNothingAfterwards) {
  bob_.hold("sip");
  alice_.keep("sip");
  alice_.send(bob_.id(), "sip", "one");
  hosts_.settle();
  alice_.hub().stop();
  bob_.send(alice_.id(), "sip", "too late");
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(outcomes_of(alice_), ElementsAre(failed("one", Errc::not_reachable), failed("two", Errc::not_reachable)));
  EXPECT_TRUE(alice_.received.empty());
  EXPECT_EQ(alice_.hub().links(false) + alice_.hub().links(true), 0U);
}

TEST_F(LinkHubTest, FailsWhatItSentToItselfWhenItStops) {
  alice_.hold("sip");
  alice_.send(alice_.id(), "sip", "at work");
  hosts_.settle();
  alice_.send(alice_.id(), "sip", "waits");
  alice_.hub().stop();
  hosts_.settle();
  EXPECT_THAT(outcomes_of(alice_),
              ElementsAre(failed("at work", Errc::not_reachable), failed("waits", Errc::not_reachable)));
  alice_.finish();
  hosts_.settle();
  EXPECT_EQ(alice_.outcomes.size(), 2U);
  EXPECT_EQ(alice_.hub().queued_bytes(), 0U);
}

TEST_F(LinkHubTest, CountsTheBytesOfAReceiverUntilItIsDone) {
  bob_.hold("sip");
  alice_.send(bob_.id(), "sip", std::string(1000, 'x'));
  hosts_.run_for(receive_time_maximum + 1s);
  ASSERT_EQ(count(alice_, Errc::timed_out), 1U) << "its sender waits no more";
  EXPECT_EQ(bob_.hub().received_bytes(), 1000U);
  expect_counted_until_done();
}

TEST_F(LinkHubTest, CountsTheBytesOfAReceiverWhoseLinkHasBroken) {
  bob_.hold("sip");
  alice_.send(bob_.id(), "sip", std::string(1000, 'x'));
  hosts_.settle();
  expect_counted_until_done();
}

TEST_F(LinkHubTest, ForgetsNodesItHasNothingToDoWithAnyMore) {
  bob_.keep("sip");
  alice_.send(bob_.id(), "sip", "one");
  hosts_.run_for(idle_time_maximum + 5s);
  EXPECT_EQ(alice_.hub().peers(), 0U);
  EXPECT_EQ(bob_.hub().peers(), 0U);
  alice_.send(bob_.id(), "sip", "two");
  hosts_.settle();
  EXPECT_THAT(bob_.received, ElementsAre("one", "two"));
}

TEST_F(LinkHubTest, GivesTheLongestIdleLinksPlaceToANewOne) {
  alice_.keep("sip");
  std::vector<LinkHost*> others;
  for (std::size_t i = 0; i < links_in_maximum; ++i) {
    others.push_back(&hosts_.add());
    others.back()->send(alice_.id(), "sip", "x");
    if (i == 0) hosts_.run_for(1s);
  }
  hosts_.settle();
  EXPECT_EQ(alice_.hub().links(true), links_in_maximum);
  EXPECT_EQ(alice_.ended(EndReason::evicted), 0U);
  bob_.send(alice_.id(), "sip", "one more");
  hosts_.settle();
  EXPECT_EQ(alice_.received.back(), "one more");
  EXPECT_EQ(alice_.hub().links(true), links_in_maximum);
  EXPECT_EQ(alice_.ended(EndReason::evicted), 1U);
  EXPECT_EQ(others[0]->hub().links(false), 0U) << "the first one's";
}

TEST_F(LinkHubTest, RefusesANewLinkWhenAllAreBusy) {
  alice_.hold("sip");
  for (std::size_t i = 0; i < links_in_maximum; ++i) hosts_.add().send(alice_.id(), "sip", "x");
  hosts_.settle();
  bob_.send(alice_.id(), "sip", "one more");
  hosts_.settle();
  EXPECT_EQ(alice_.received.size(), links_in_maximum);
  EXPECT_FALSE(hosts_.streams().back()->link);
}

}  // namespace
}  // namespace p2pns::link
