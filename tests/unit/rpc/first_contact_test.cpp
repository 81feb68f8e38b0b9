// First contact: introduction, padding, and the proof of an address by the cookie of the first answer.
#include "tests/unit/rpc/rpc_nodes.hpp"

namespace p2pns::rpc::test {
namespace {

class FirstContact : public RpcPair {};

TEST_F(FirstContact, TakesOneRoundTrip) {
  const auto outcome = finish(alice.ask(bob.handle(), "hello"));
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ(outcome->text(), "hello");
  EXPECT_EQ((*outcome->result)->type, MessageType::pong);
  EXPECT_EQ((*outcome->result)->round_trip, 40ms);
  EXPECT_EQ((*outcome->result)->from.endpoints.front(), bob.address());
  EXPECT_EQ(network.captured().size(), 2U);
  EXPECT_EQ(alice.counters().key_agreements, 1U);
  EXPECT_EQ(bob.counters().key_agreements, 1U);
}

TEST_F(FirstContact, TellsTheObserversOfBothSides) {
  finish(alice.ask(bob.handle(), "hello"));
  ASSERT_EQ(alice.observer.answered.size(), 1U);
  EXPECT_EQ(alice.observer.answered[0], bob.handle());
  EXPECT_TRUE(bob.observer.seen.empty()) << "her address may be forged";
  finish(alice.ask(bob.handle(), "hello again"));
  ASSERT_EQ(bob.observer.seen.size(), 1U);
  EXPECT_EQ(bob.observer.seen[0], alice.handle());
  EXPECT_EQ(bob.observer.seen[0].puzzle, alice.identity().puzzle());
  EXPECT_EQ(bob.observer.seen[0].endpoints.front(), alice.address());
  EXPECT_TRUE(bob.observer.answered.empty()) << "a request proves no reachability";
}

TEST_F(FirstContact, PadsAndIntroducesOnlyTheFirstRequest) {
  ASSERT_EQ((*finish(alice.ask_for_bytes(bob.handle(), 900))->result)->body.size(), 900U);
  const auto first = network.captured();
  EXPECT_TRUE(header_of(first[0]).introduction);
  EXPECT_GE(first[0].bytes.size(), first[1].bytes.size());
  EXPECT_TRUE(header_of(first[1]).cookie) << "the address was not proven";

  network.clear_captured();
  ASSERT_EQ((*finish(alice.ask_for_bytes(bob.handle(), 900))->result)->body.size(), 900U);
  const auto second = network.captured();
  ASSERT_EQ(second.size(), 2U);
  EXPECT_FALSE(header_of(second[0]).introduction);
  EXPECT_TRUE(header_of(second[0]).cookie);
  EXPECT_LT(second[0].bytes.size(), 150U);
  EXPECT_FALSE(header_of(second[1]).cookie) << "the address is proven";

  network.clear_captured();
  ASSERT_EQ((*finish(alice.ask_for_bytes(bob.handle(), 900))->result)->body.size(), 900U);
  EXPECT_FALSE(header_of(network.captured()[0]).cookie);
  EXPECT_EQ(alice.counters().key_agreements, 1U);
}

TEST_F(FirstContact, NeverAnswersAnUnprovenAddressWithMoreBytesThanCameIn) {
  std::uint64_t seed = 100;
  for (const std::size_t wanted : {0U, 1U, 13U, 14U, 15U, 100U, 1000U, 1121U, 1122U, 1123U, 1138U, 1139U, 5000U}) {
    TestNode stranger{network, "203.0.113.1:" + std::to_string(seed), seed};
    ++seed;
    network.clear_captured();
    const auto outcome = finish(stranger.ask_for_bytes(bob.handle(), wanted));
    ASSERT_TRUE(outcome->ok()) << wanted;
    ASSERT_EQ(network.captured().size(), 2U);
    EXPECT_LE(network.captured()[1].bytes.size(), network.captured()[0].bytes.size()) << wanted;
    EXPECT_LE(network.captured()[0].bytes.size(), wire::datagram_maximum_bytes) << wanted;
    // The cookie takes its room out of the largest answers only.
    EXPECT_EQ((*outcome->result)->body.size(), std::min<std::size_t>(wanted, wire::body_maximum_bytes - 16)) << wanted;
    EXPECT_FALSE(bob.requests.back().address_proven);
  }
}

TEST_F(FirstContact, MakesRoomForTheLargestBodyAndRefusesOneByteMore) {
  const std::string largest(wire::introduced_body_maximum_bytes, 'x');
  const auto outcome = finish(alice.ask(bob.handle(), largest, wire::body_maximum_bytes));
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ(outcome->text(), largest);
  EXPECT_TRUE(finish(alice.ask(bob.handle(), largest + "x"))->failed_with(Errc::too_large));
  EXPECT_TRUE(finish(alice.ask_address(bob.address(), largest + "x"))->failed_with(Errc::too_large));
}

TEST_F(FirstContact, ProvesTheAddressOfWhoAnswersUs) {
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "one"))->ok());
  ASSERT_TRUE(finish(bob.ask(alice.handle(), "two"))->ok());
  EXPECT_TRUE(alice.requests.back().address_proven) << "bob had answered alice";
  network.clear_captured();
  ASSERT_EQ((*finish(alice.ask_for_bytes(bob.handle(), 1138))->result)->body.size(), 1138U);
  EXPECT_TRUE(bob.requests.back().address_proven);
  EXPECT_EQ(network.captured().size(), 2U);
}

TEST_F(FirstContact, WorksWhenBothBeginAtOnce) {
  const auto from_alice = alice.ask(bob.handle(), "from alice");
  const auto from_bob = bob.ask(alice.handle(), "from bob");
  EXPECT_EQ(finish(from_alice)->text(), "from alice");
  EXPECT_EQ(finish(from_bob)->text(), "from bob");
  EXPECT_EQ(network.captured().size(), 4U);
}

TEST_F(FirstContact, DoesNotSendAnAnswerThatWouldAmplify) {
  bob.channel().serve(MessageType::find_node, [](const Request& request, Responder respond) {
    respond(MessageType::nodes, ByteVector(request.answer_maximum_bytes + 1));
  });
  const auto outcome = std::make_shared<Outcome>();
  outcome->operation = alice.channel().call(bob.handle(), MessageType::find_node, {}, 300,
                                            [outcome](Result<Answer> result) { outcome->result = result.error(); });
  EXPECT_TRUE(finish(outcome)->failed_with(Errc::timed_out));
  EXPECT_TRUE(sent_by(bob).empty());
  EXPECT_EQ(bob.counters().dropped_over_limit, 2U);
}

TEST_F(FirstContact, AnswersLaterThanTheHandlerReturned) {
  Responder later;
  bob.channel().serve(MessageType::store, [&later](const Request&, Responder respond) { later = std::move(respond); });
  const auto outcome = std::make_shared<Outcome>();
  outcome->operation =
      alice.channel().call(bob.handle(), MessageType::store, {}, 10,
                           [weak = std::weak_ptr{outcome}](Result<Answer> result) { weak.lock()->result = result; });
  network.run_for(100ms);
  ASSERT_TRUE(later);
  later(MessageType::stored, copy_of(as_bytes("done")));
  EXPECT_EQ(finish(outcome)->text(), "done");
}

TEST_F(FirstContact, LetsAResponderOutliveItsChannel) {
  Responder later;
  bob.channel().serve(MessageType::store, [&later](const Request&, Responder respond) { later = std::move(respond); });
  const auto outcome = std::make_shared<Outcome>();
  outcome->operation = alice.channel().call(bob.handle(), MessageType::store, {}, 10,
                                            [outcome](Result<Answer> result) { outcome->result = result.error(); });
  network.run_for(100ms);
  ASSERT_TRUE(later);
  bob.stop();
  later(MessageType::stored, {});
  EXPECT_TRUE(sent_by(bob).empty());
  outcome->operation.cancel();
}

}  // namespace
}  // namespace p2pns::rpc::test
