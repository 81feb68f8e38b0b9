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

TEST_F(PeerLinks, ReachTheNodeItself) {
  LinkNode& alice = add_node();
  alice.keep("sip");
  EXPECT_TRUE(outcome_of(alice, alice.id(), "sip", "to myself"));
  EXPECT_EQ(alice.received.at(0).from, alice.id());
  EXPECT_EQ(alice.links().numbers().links_out, 0U);
}

}  // namespace
}  // namespace p2pns::test
