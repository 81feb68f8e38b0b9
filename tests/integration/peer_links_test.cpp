// Links between two and three nodes over real TLS and sockets: what is sent arrives, in order, or its sender is told.
#include <gmock/gmock.h>

#include "tests/integration/link_nodes.hpp"

namespace p2pns::test {
namespace {

using link::EndReason;

class PeerLinks : public LinkNodes {};

TEST_F(PeerLinks, BringAMessageToTheNodeThatWasMeant) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  bob.keep("sip");
  EXPECT_TRUE(outcome_of(alice, bob.id(), "sip", "hello"));
  ASSERT_EQ(bob.received.size(), 1U);
  EXPECT_EQ(bob.received[0].from, alice.id());
  EXPECT_EQ(bob.received[0].text, "hello");
}

TEST_F(PeerLinks, ServeBothDirectionsOverOneConnection) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  alice.keep("sip");
  bob.keep("sip");
  EXPECT_TRUE(outcome_of(alice, bob.id(), "sip", "there"));
  EXPECT_TRUE(outcome_of(bob, alice.id(), "sip", "and back"));
  EXPECT_EQ(alice.received.at(0).text, "and back");
  EXPECT_EQ(bob.links().numbers().links_in, 1U);
  EXPECT_EQ(bob.links().numbers().links_out, 0U);
}

TEST_F(PeerLinks, KeepTheOrderOfManyMessages) {
  constexpr std::size_t count = 2000;
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  bob.keep("xmpp");
  for (std::size_t i = 0; i < count / 2; ++i) alice.send(bob.id(), "xmpp", std::to_string(i));
  ASSERT_TRUE(run_until([&] { return alice.outcomes.size() == count / 2; }));
  for (std::size_t i = count / 2; i < count; ++i) alice.send(bob.id(), "xmpp", std::to_string(i));
  ASSERT_TRUE(run_until([&] { return alice.outcomes.size() == count; }));
  ASSERT_EQ(bob.received.size(), count);
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(bob.received[i].text, std::to_string(i));
  for (const auto& outcome : alice.outcomes) EXPECT_TRUE(outcome);
}

TEST_F(PeerLinks, TellTheSenderWhatTheReceiverSaid) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  bob.keep("sip", Errc::no_such_name);
  bob.keep("xmpp", Errc::io_error);
  EXPECT_EQ(outcome_of(alice, bob.id(), "sip", "a").error(), make_error_code(Errc::no_such_name));
  EXPECT_EQ(outcome_of(alice, bob.id(), "xmpp", "b").error(), make_error_code(Errc::refused));
  EXPECT_EQ(outcome_of(alice, bob.id(), "hip", "c").error(), make_error_code(Errc::unsupported));
}

TEST_F(PeerLinks, CarryTheLargestMessageAndNoLargerOne) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  bob.keep("xmpp");
  const std::string largest(link::message_maximum_bytes, 'x');
  EXPECT_TRUE(outcome_of(alice, bob.id(), "xmpp", largest));
  EXPECT_TRUE(outcome_of(alice, bob.id(), "xmpp", ""));
  EXPECT_EQ(outcome_of(alice, bob.id(), "xmpp", largest + 'x').error(), make_error_code(Errc::too_large));
  ASSERT_EQ(bob.received.size(), 2U);
  EXPECT_EQ(bob.received[0].text, largest);
  EXPECT_EQ(bob.received[1].text, "");
}

TEST_F(PeerLinks, ReachANodeThatWasStartedAnewAtAnotherPort) {
  LinkNode& alice = add_node();
  const crypto::Identity identity = new_identity();
  LinkNode& before = add_node(identity);
  before.keep("sip");
  ASSERT_TRUE(outcome_of(alice, identity.node_id(), "sip", "first"));
  before.stop();
  LinkNode& after = add_node(identity);
  after.keep("sip");
  ASSERT_TRUE(run_until([&] { return alice.links().numbers().links_out == 0; }));
  EXPECT_TRUE(outcome_of(alice, identity.node_id(), "sip", "second"));
  EXPECT_EQ(after.received.at(0).text, "second");
}

TEST_F(PeerLinks, HoldTheOrderWhenBothOpenOneAtTheSameMoment) {
  constexpr std::size_t count = 500;
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  alice.keep("sip");
  bob.keep("sip");
  for (std::size_t i = 0; i < count; ++i) {
    alice.send(bob.id(), "sip", std::to_string(i));
    bob.send(alice.id(), "sip", std::to_string(i));
  }
  ASSERT_TRUE(run_until([&] { return alice.outcomes.size() == count && bob.outcomes.size() == count; }));
  EXPECT_EQ(alice.counters().opened_out + bob.counters().opened_out, 2U);
  for (const LinkNode* node : {&alice, &bob}) {
    ASSERT_EQ(node->received.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(node->received[i].text, std::to_string(i));
  }
}

TEST_F(PeerLinks, LetASmallMessagePassALargeOne) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  bob.keep("sip");
  bob.keep("xmpp");
  ASSERT_TRUE(outcome_of(alice, bob.id(), "sip", "the link is up"));
  alice.send(bob.id(), "xmpp", std::string(link::message_maximum_bytes, 'x'));
  alice.send(bob.id(), "sip", "small");
  ASSERT_TRUE(run_until([&] { return alice.outcomes.size() == 3; }));
  EXPECT_EQ(bob.received[1].text, "small");
}

TEST_F(PeerLinks, JoinThreeNodesWithOneLinkEach) {
  std::vector<LinkNode*> all{&add_node(), &add_node(), &add_node()};
  for (LinkNode* node : all) node->keep("sip");
  for (int round = 0; round < 3; ++round)
    for (LinkNode* from : all)
      for (LinkNode* to : all)
        if (from != to) {
          EXPECT_TRUE(outcome_of(*from, to->id(), "sip", "x"));
        }
  for (LinkNode* node : all) {
    EXPECT_EQ(node->received.size(), 6U);
    EXPECT_EQ(node->links().numbers().links_in + node->links().numbers().links_out, 2U);
  }
}

TEST_F(PeerLinks, FollowANodeThatMovesToAnotherPort) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  LinkNode& carol = add_node();
  bob.keep("sip");
  ASSERT_TRUE(outcome_of(alice, bob.id(), "sip", "before"));
  const Endpoint before = bob.links().local_endpoint();
  bob.start(addresses_);  // listens at another port
  publish();
  EXPECT_NE(bob.links().local_endpoint(), before);
  EXPECT_TRUE(outcome_of(alice, bob.id(), "sip", "over the link that goes on"));
  EXPECT_TRUE(outcome_of(carol, bob.id(), "sip", "over a new one"));
  EXPECT_EQ(bob.received.size(), 3U);
}

TEST_F(PeerLinks, KeepTheirPortWhenAnotherOneIsTaken) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  LinkNode& carol = add_node();
  bob.keep("sip");
  const Endpoint before = bob.links().local_endpoint();
  EXPECT_FALSE(bob.links().open(carol.links().local_endpoint()));
  EXPECT_EQ(bob.links().local_endpoint(), before);
  EXPECT_TRUE(outcome_of(alice, bob.id(), "sip", "x"));
}

TEST_F(PeerLinks, FailWhatIsOnItsWayWhenTheOtherNodeStops) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  link::AnswerTo never;
  ASSERT_TRUE(
      bob.links().listen("sip", [&](const NodeId&, ByteVector, link::AnswerTo done) { never = std::move(done); }));
  alice.send(bob.id(), "sip", "x");
  ASSERT_TRUE(run_until([&] { return static_cast<bool>(never); }));
  bob.stop();
  ASSERT_TRUE(run_until([&] { return alice.outcomes.size() == 1; }));
  EXPECT_EQ(alice.outcomes[0].error(), make_error_code(Errc::not_reachable));
}

TEST_F(PeerLinks, BringNothingAfterTheStop) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  bob.keep("sip");
  ASSERT_TRUE(outcome_of(alice, bob.id(), "sip", "before"));
  bob.stop();
  EXPECT_EQ(outcome_of(alice, bob.id(), "sip", "after").error(), make_error_code(Errc::not_reachable));
  EXPECT_EQ(outcome_of(bob, alice.id(), "sip", "out").error(), make_error_code(Errc::not_reachable));
  EXPECT_EQ(bob.received.size(), 1U);
}

// Whoever sends is in the middle of something, and would find his own state changed.
TEST_F(PeerLinks, CallNobodyBackFromInsideASend) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  for (LinkNode* node : {&alice, &bob}) node->keep("sip");
  for (int i = 0; i < 10; ++i) {
    alice.send(alice.id(), "sip", "to myself");
    alice.send(bob.id(), "sip", "to bob");
    alice.send(bob.id(), "no name", "refused");
    EXPECT_TRUE(alice.received.empty());
    EXPECT_TRUE(alice.outcomes.empty());
  }
  EXPECT_TRUE(run_until([&] { return alice.outcomes.size() == 30; }));
  EXPECT_EQ(alice.received.size(), 10U);
  EXPECT_EQ(bob.received.size(), 10U);
}

TEST_F(PeerLinks, CallNobodyBackFromInsideAReceiversAnswer) {
  LinkNode& alice = add_node();
  std::vector<link::AnswerTo> held;
  ASSERT_TRUE(alice.links().listen(
      "sip", [&](const NodeId&, ByteVector, link::AnswerTo done) { held.push_back(std::move(done)); }));
  alice.send(alice.id(), "sip", "first");
  alice.send(alice.id(), "sip", "second");
  alice.keep("xmpp");
  alice.send(alice.id(), "xmpp", "another");
  ASSERT_TRUE(run_until([&] { return held.size() == 1 && alice.outcomes.size() == 1; }));
  alice.send(alice.id(), "xmpp", "waits for the loop");
  const link::AnswerTo first = std::move(held[0]);
  first(Result<void>{});
  EXPECT_EQ(held.size(), 1U);
  EXPECT_EQ(alice.received.size(), 1U);
  EXPECT_EQ(alice.outcomes.size(), 1U);
  EXPECT_TRUE(run_until([&] { return held.size() == 2 && alice.outcomes.size() == 3; }));
}

TEST_F(PeerLinks, ReachTheNodeItself) {
  LinkNode& alice = add_node();
  alice.keep("sip");
  EXPECT_TRUE(outcome_of(alice, alice.id(), "sip", "to myself"));
  EXPECT_EQ(alice.received.at(0).from, alice.id());
  EXPECT_EQ(alice.links().numbers().links_out, 0U);
}

}  // namespace
}  // namespace p2pns::test
