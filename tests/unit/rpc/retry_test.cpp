// RETRY: seeds known by address only, forgotten peers, restarts, moved addresses, and forged RETRYs.
#include "core/rpc/flood_guard.hpp"
#include "tests/unit/rpc/rpc_nodes.hpp"

namespace p2pns::rpc::test {
namespace {

class Retry : public RpcPair {
 protected:
  void SetUp() override { ASSERT_TRUE(finish(alice.ask(bob.handle(), "first"))->ok()); }
  /// A RETRY to the latest request of alice, as somebody with `responder`'s key would send it.
  ByteVector forged_retry(const crypto::Identity& responder, const wire::RequestId& request) const {
    wire::ClearHeader header;
    header.type = MessageType::retry;
    header.network = crypto::fingerprint_of(test_parameters().network_id);
    header.sender = wire::fingerprint_of(responder.node_id());
    header.receiver = wire::fingerprint_of(alice.identity().node_id());
    ByteVector datagram = wire::encode_clear(header, {});
    const auto time = static_cast<std::uint64_t>(wall_at_start.time_since_epoch().count()) + 86'400'000U * 300;
    const ByteVector body = wire::encode(wire::Retry{request, {}, {responder.public_key(), responder.puzzle()}, time});
    datagram.insert(datagram.end(), body.begin(), body.end());
    return datagram;
  }
  wire::RequestId latest_request() const {
    return wire::request_id_of(wire::decode_datagram(sent_by(alice).back().bytes)->nonce);
  }
};

class Seed : public RpcPair {};

TEST_F(Seed, IsReachedByItsAddressAlone) {
  const auto outcome = finish(alice.ask_address(bob.address(), "seed"));
  EXPECT_EQ(outcome->text(), "seed");
  EXPECT_EQ((*outcome->result)->from, bob.handle());
  ASSERT_EQ(network.captured().size(), 4U);
  EXPECT_EQ(header_of(network.captured()[0]).type, MessageType::hello);
  EXPECT_EQ(header_of(network.captured()[1]).type, MessageType::retry);
  EXPECT_LE(network.captured()[1].bytes.size(), network.captured()[0].bytes.size());
  EXPECT_TRUE(bob.requests.back().address_proven);
  EXPECT_EQ(bob.counters().key_agreements, 1U) << "none before the cookie came back";
}

TEST_F(Seed, ThatIsOffTimesOut) {
  bob.stop();
  EXPECT_TRUE(finish(alice.ask_address(bob.address(), "seed"))->failed_with(Errc::timed_out));
  EXPECT_EQ(sent_by(alice).size(), static_cast<std::size_t>(transmissions_per_address));
  EXPECT_TRUE(alice.observer.silent.empty()) << "nobody knows who was silent";
}

TEST_F(Seed, SurvivesALossAtEveryStep) {
  for (std::size_t lost = 0; lost < 4; ++lost) {
    alice.restart();
    bob.restart();
    std::size_t sent = 0;
    network.filter([&sent, lost](Captured&) { return sent++ != lost; });
    EXPECT_TRUE(finish(alice.ask_address(bob.address(), "seed"))->ok()) << "lost datagram " << lost;
  }
}

TEST_F(Seed, ThatIsOurselvesIsABadKey) {
  EXPECT_TRUE(finish(alice.ask_address(alice.address(), "me"))->failed_with(Errc::bad_key));
}

TEST_F(Seed, WithUnsolvedPuzzlesIsRefused) {
  crypto::NetworkParameters easy = test_parameters();
  easy.puzzles = {0, 0};
  TestNode cheap{network, "203.0.113.5:4000", 5, 0ms, easy};
  ASSERT_FALSE(
      crypto::puzzles_solved(cheap.identity().public_key(), cheap.identity().puzzle(), test_parameters().puzzles));
  EXPECT_TRUE(finish(alice.ask_address(cheap.address(), "seed"))->failed_with(Errc::puzzle_unsolved));
  EXPECT_TRUE(finish(cheap.ask_address(alice.address(), "seed"))->failed_with(Errc::timed_out));
  EXPECT_EQ(alice.counters().dropped_unauthentic, 2U);
}

TEST_F(Retry, IntroducesUsAgainToAPeerThatRestarted) {
  network.run_for(2s);
  bob.restart();
  network.clear_captured();
  const auto outcome = finish(alice.ask(bob.handle(), "again"));
  EXPECT_EQ(outcome->text(), "again");
  ASSERT_EQ(network.captured().size(), 4U);
  EXPECT_FALSE(header_of(network.captured()[0]).introduction);
  EXPECT_EQ(header_of(network.captured()[1]).type, MessageType::retry);
  EXPECT_LE(network.captured()[1].bytes.size(), network.captured()[0].bytes.size());
  EXPECT_TRUE(header_of(network.captured()[2]).introduction && header_of(network.captured()[2]).cookie);
  EXPECT_TRUE(bob.requests.back().address_proven);
  EXPECT_EQ(alice.counters().retransmissions, 0U);
  network.clear_captured();
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "and again"))->ok());
  EXPECT_EQ(network.captured().size(), 2U);
}

TEST_F(Retry, IsNotNeededAfterOurOwnRestart) {
  for (const auto pause : {0ms, 1ms, 700ms, 3000ms}) {
    network.run_for(pause);
    alice.restart();
    network.run_for(1ms);
    network.clear_captured();
    EXPECT_EQ(finish(alice.ask(bob.handle(), "back"))->text(), "back") << pause.count() << " ms";
    EXPECT_EQ(network.captured().size(), 2U);
    EXPECT_EQ(finish(bob.ask(alice.handle(), "welcome"))->text(), "welcome");
  }
}

TEST_F(Retry, ProvesTheNewAddressOfAPeerThatMoved) {
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "proven now"))->ok());
  network.move_host(alice.host(), endpoint("203.0.113.77:1234"));
  network.clear_captured();
  const auto outcome = finish(alice.ask_for_bytes(bob.handle(), 1138));
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ((*outcome->result)->body.size(), 1138U);
  EXPECT_EQ(network.captured().size(), 4U);
  EXPECT_EQ(bob.requests.back().from.endpoints.front(), alice.address());
  network.clear_captured();
  EXPECT_EQ((*finish(alice.ask_for_bytes(bob.handle(), 1138))->result)->body.size(), 1138U);
  EXPECT_EQ(network.captured().size(), 2U);
}

TEST_F(Retry, BringsANewCookieWhenTheOldOneRanOut) {
  network.run_for(5min);
  network.clear_captured();
  const auto outcome = finish(alice.ask_for_bytes(bob.handle(), 1000));
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ((*outcome->result)->body.size(), 1000U);
  EXPECT_EQ(sent_by(bob, MessageType::retry).size(), 1U);
}

TEST_F(Retry, IsFollowedTwicePerCallAtMost) {
  alice.stop();
  alice.set_skew(1h);
  alice.start();
  // A NAT that gives every datagram another port: no cookie is ever valid.
  std::uint16_t port = 20'000;
  const Endpoint inside = alice.address();
  network.filter([&port, inside](Captured& datagram) {
    if (datagram.from == inside) datagram.from.port = port++;
    if (datagram.to.address == inside.address) datagram.to = inside;
    return true;
  });
  network.clear_captured();
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(sent_by(alice).size(), static_cast<std::size_t>(transmissions_per_address) + 2);
}

TEST_F(Retry, IsFollowedOnceWhenItArrivesTwice) {
  network.run_for(2s);
  bob.restart();
  network.clear_captured();
  network.conditions().duplication = 1;
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "again"))->ok());
  network.run_for(1s);
  // The request arrives twice and each copy is answered by a RETRY that arrives twice; one of the four counts.
  EXPECT_EQ(sent_by(alice).size(), 2U);
  EXPECT_EQ(bob.requests.size(), 2U);
}

TEST_F(Retry, WithAnotherKeyIsIgnored) {
  TestNode eve{network, "203.0.113.66:4000", 66};
  const auto outcome = alice.ask(bob.handle(), "for bob");
  network.inject(bob.address(), alice.address(), forged_retry(eve.identity(), latest_request()));
  EXPECT_EQ(finish(outcome)->text(), "for bob");
  EXPECT_EQ(alice.counters().dropped_unauthentic, 1U);
  EXPECT_EQ(sent_by(alice).size(), 2U);
}

TEST_F(Retry, ThatIsForgedDropsNothingThatIsKnown) {
  const auto outcome = alice.ask(bob.handle(), "for bob");
  network.inject(bob.address(), alice.address(), forged_retry(bob.identity(), latest_request()));
  EXPECT_EQ(finish(outcome)->text(), "for bob") << "the answer to the first transmission still counts";
  network.run_for(1s);
  network.clear_captured();
  EXPECT_EQ(finish(alice.ask(bob.handle(), "next"))->text(), "next");
  EXPECT_EQ(finish(bob.ask(alice.handle(), "back"))->text(), "back") << "alice's clock for bob is the proven one";
  EXPECT_EQ(alice.counters().retries_sent, 0U);
  for (const Captured& datagram : sent_by(alice, MessageType::ping)) EXPECT_FALSE(header_of(datagram).introduction);
}

TEST_F(Retry, FromAnotherAddressOrForNoRequestIsIgnored) {
  const auto outcome = alice.ask(bob.handle(), "for bob");
  network.inject(endpoint("198.51.100.2:4001"), alice.address(), forged_retry(bob.identity(), latest_request()));
  network.inject(bob.address(), alice.address(), forged_retry(bob.identity(), {}));
  EXPECT_EQ(finish(outcome)->text(), "for bob");
  EXPECT_EQ(alice.counters().dropped_unexpected, 2U);
  EXPECT_EQ(sent_by(alice).size(), 2U);
}

TEST_F(Retry, DefersStrangersUnderLoad) {
  // Beyond the burst of key agreements, strangers have to return a cookie first; all are served in the end.
  const auto strangers = static_cast<std::size_t>(FloodLimits{}.strangers_burst) + 50;
  std::vector<std::unique_ptr<TestNode>> nodes;
  std::vector<std::shared_ptr<Outcome>> outcomes;
  for (std::size_t i = 0; i < strangers; ++i) {
    const std::string address = "10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1:4000";
    nodes.push_back(std::make_unique<TestNode>(network, address, 1000 + i));
    outcomes.push_back(nodes.back()->ask(bob.handle(), "stranger"));
  }
  for (const auto& outcome : outcomes) ASSERT_TRUE(finish(outcome)->ok());
  EXPECT_GE(bob.counters().retries_sent, 40U);
  EXPECT_LE(bob.counters().retries_sent, 60U);
}

}  // namespace
}  // namespace p2pns::rpc::test
