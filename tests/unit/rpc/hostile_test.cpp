// Hostile input: tampering, other networks, foreign keys, floods and noise. Nothing is logged, nothing amplified.
#include <algorithm>

#include "tests/unit/rpc/rpc_nodes.hpp"

namespace p2pns::rpc::test {
namespace {

class Hostile : public RpcPair {
 protected:
  void TearDown() override {
    EXPECT_EQ(alice.log.lines(), 0U);
    EXPECT_EQ(bob.log.lines(), 0U);
  }
  Captured captured_request(std::string_view text) {
    Captured request;
    network.filter([&request](Captured& datagram) {
      request = datagram;
      return false;
    });
    auto outcome = alice.ask(bob.handle(), text);
    outcome->operation.cancel();
    network.filter(nullptr);
    return request;
  }
  std::size_t bytes_from_bob() const {
    std::size_t sum = 0;
    for (const Captured& datagram : sent_by(bob)) sum += datagram.bytes.size();
    return sum;
  }
};

TEST_F(Hostile, AnyChangedByteOfARequestIsNotServed) {
  for (const bool known : {false, true}) {
    if (known) {
      ASSERT_TRUE(finish(alice.ask(bob.handle(), "known"))->ok());
    }
    const std::size_t served = bob.requests.size();
    const Captured request = captured_request("tamper");
    network.clear_captured();
    for (std::size_t i = 0; i < request.bytes.size(); ++i) {
      ByteVector changed = request.bytes;
      changed[i] ^= std::byte{0x10};
      network.inject(request.from, request.to, changed);
      network.run_for(0ms);
    }
    EXPECT_EQ(bob.requests.size(), served);
    for (const Captured& datagram : sent_by(bob)) EXPECT_LE(datagram.bytes.size(), request.bytes.size());
    network.inject(request.from, request.to, request.bytes);
    network.run_for(1s);
    EXPECT_EQ(bob.requests.size(), served + 1) << "the unchanged one is good";
  }
}

TEST_F(Hostile, AnyCutRequestIsNotServed) {
  const Captured request = captured_request("cut");
  for (std::size_t size = 0; size < request.bytes.size(); ++size) {
    network.inject(request.from, request.to, Bytes{request.bytes}.first(size));
    network.run_for(0ms);
  }
  EXPECT_TRUE(bob.requests.empty());
}

TEST_F(Hostile, AnyChangedByteOfAnAnswerIsNotTaken) {
  ByteVector good;
  network.filter([this, &good](Captured& datagram) {
    if (datagram.from == bob.address()) good = datagram.bytes;
    return datagram.from != bob.address();
  });
  const auto outcome = alice.ask(bob.handle(), "answer me");
  ASSERT_TRUE(network.run_until([&good] { return !good.empty(); }));
  for (std::size_t i = 0; i < good.size(); ++i) {
    ByteVector changed = good;
    changed[i] ^= std::byte{0x04};
    network.inject(bob.address(), alice.address(), changed);
    network.run_for(0ms);
    ASSERT_FALSE(outcome->done()) << "byte " << i;
  }
  network.inject(bob.address(), alice.address(), good);
  network.run_for(0ms);
  EXPECT_EQ(outcome->text(), "answer me");
}

TEST_F(Hostile, AnotherNetworkIsDropped) {
  TestNode other{network, "203.0.113.1:4000", 9, 0ms, test_parameters("another")};
  EXPECT_TRUE(finish(other.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
  EXPECT_TRUE(finish(other.ask_address(bob.address(), "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(bob.counters().dropped_wrong_network, 4U);
  EXPECT_TRUE(sent_by(bob).empty());
}

TEST_F(Hostile, MessageForAnotherNodeIsDropped) {
  TestNode carol{network, "203.0.113.3:4000", 3};
  wire::NodeHandle wrong = carol.handle();
  wrong.endpoints = {bob.address()};
  EXPECT_TRUE(finish(alice.ask(wrong, "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(bob.counters().dropped_not_for_us, 2U);
  EXPECT_EQ(bob.counters().key_agreements, 0U);
}

TEST_F(Hostile, UnsolvedPuzzleIsDroppedBeforeTheKeyAgreement) {
  crypto::NetworkParameters easy = test_parameters();
  easy.puzzles = {0, 0};
  TestNode cheap{network, "203.0.113.5:4000", 5, 0ms, easy};
  EXPECT_TRUE(finish(cheap.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
  EXPECT_EQ(bob.counters().key_agreements, 0U);
  EXPECT_EQ(bob.counters().dropped_unauthentic, 2U);
}

TEST_F(Hostile, KeyThatDoesNotMatchTheFingerprintIsDropped) {
  for (const bool known : {false, true}) {
    if (known) {
      ASSERT_TRUE(finish(alice.ask(bob.handle(), "known"))->ok());
    }
    TestNode eve{network, known ? "203.0.113.7:1" : "203.0.113.7:2", known ? 70U : 71U};
    network.filter([this](Captured& datagram) {
      // Eve claims alice's fingerprint (bytes 12 to 19) for a key of her own.
      const auto fingerprint = wire::fingerprint_of(alice.identity().node_id());
      std::copy(fingerprint.value.begin(), fingerprint.value.end(), datagram.bytes.begin() + 12);
      return true;
    });
    const auto before = bob.counters();
    EXPECT_TRUE(finish(eve.ask(bob.handle(), "x"))->failed_with(Errc::timed_out));
    network.filter(nullptr);
    EXPECT_EQ(bob.counters().dropped_unauthentic, before.dropped_unauthentic + 2);
    EXPECT_EQ(bob.counters().key_agreements, before.key_agreements);
    EXPECT_TRUE(finish(alice.ask(bob.handle(), "x"))->ok()) << "alice is not disturbed";
  }
}

TEST_F(Hostile, ReflectedMessageIsDropped) {
  const Captured request = captured_request("boomerang");
  ByteVector back = request.bytes;
  std::swap_ranges(back.begin() + 12, back.begin() + 20, back.begin() + 20);
  network.inject(bob.address(), alice.address(), back);
  network.inject(bob.address(), alice.address(), request.bytes);
  network.run_for(1s);
  EXPECT_TRUE(alice.requests.empty());
}

TEST_F(Hostile, RequestNobodyServesIsDropped) {
  const auto outcome = std::make_shared<Outcome>();
  outcome->operation = alice.channel().call(bob.handle(), MessageType::watch, {}, 0,
                                            [outcome](Result<Answer> result) { outcome->result = result.error(); });
  EXPECT_TRUE(finish(outcome)->failed_with(Errc::timed_out));
  EXPECT_EQ(bob.counters().dropped_unexpected, 2U);
  EXPECT_TRUE(sent_by(bob).empty());
}

TEST_F(Hostile, FloodFromOneBlockIsCutToItsRate) {
  const Captured request = captured_request("flood");
  for (int i = 0; i < 1500; ++i) network.inject(request.from, request.to, request.bytes);
  network.run_for(0ms);
  EXPECT_EQ(bob.counters().dropped_over_limit, 500U);
  EXPECT_EQ(bob.requests.size(), 1U);
  TestNode other{network, "203.0.113.1:4000", 9};
  EXPECT_TRUE(finish(other.ask(bob.handle(), "x"))->ok()) << "another block is served";
}

TEST_F(Hostile, RequestTooSmallForARetryGetsNone) {
  constexpr std::size_t retry_bytes = 124;
  wire::ClearHeader header = header_of(captured_request(""));
  header.introduction.reset();
  ByteVector request = wire::encode_clear(header, {});
  for (const std::size_t size : {retry_bytes - 1, retry_bytes, retry_bytes + 1}) {
    network.clear_captured();
    request.resize(size);
    network.inject(alice.address(), bob.address(), request);
    network.run_for(1s);
    EXPECT_EQ(sent_by(bob).size(), size < retry_bytes ? 0U : 1U);
    EXPECT_LE(bytes_from_bob(), retry_bytes);
  }
  EXPECT_EQ(bob.counters().dropped_over_limit, 1U);
}

TEST_F(Hostile, NoiseIsNeverAnsweredWithMoreBytesThanCameIn) {
  p2pns::test::SeededRandom random{p2pns::test::announced_seed()};
  network.conditions().delay = Duration{0};
  const Captured unknown = captured_request("to mutate");
  ASSERT_TRUE(finish(alice.ask(bob.handle(), "known"))->ok());
  const Captured known = captured_request("to mutate, too");
  const ByteVector answer = sent_by(bob)[0].bytes;
  for (int i = 0; i < 10'000; ++i) {
    ByteVector noise;
    switch (random.below(4)) {
      case 0:
        noise = random.bytes(random.below(1500));
        break;
      case 1: {  // a frame of our network with random content
        noise = random.bytes(28 + random.below(1250));
        noise[0] = static_cast<std::byte>(1U | random.below(4) << 6);
        std::copy_n(known.bytes.begin() + 2, 10, noise.begin() + 2);
        std::copy_n(known.bytes.begin() + 20, 8, noise.begin() + 20);
        if (random.below(2) == 0) noise[1] = known.bytes[1];
        if (random.below(2) == 0) std::copy_n(known.bytes.begin() + 12, 8, noise.begin() + 12);
        break;
      }
      default: {
        noise = random.below(3) == 0 ? answer : random.below(2) == 0 ? unknown.bytes : known.bytes;
        for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes)
          noise[random.below(noise.size())] = static_cast<std::byte>(random.below(256));
        if (random.below(4) == 0) noise.resize(random.below(noise.size() + 40));
      }
    }
    Endpoint from = alice.address();
    from.port = static_cast<std::uint16_t>(1 + random.below(65'535));
    from.address.octets[1] = static_cast<std::byte>(random.below(256));
    network.clear_captured();
    network.inject(from, bob.address(), noise);
    network.run_for(0ms);
    ASSERT_LE(bytes_from_bob(), noise.size()) << "datagram " << i << ": " << to_hex(noise);
  }
  EXPECT_TRUE(finish(alice.ask(bob.handle(), "still alive"))->ok());
}

TEST_F(Hostile, BodyThatDoesNotDecodeIsCountedAndRefusedAndSeenByNoHandler) {
  int served = 0;
  bob.channel().serve(MessageType::find_node, wire::decode_find_node,
                      [&served](const Request&, const wire::FindNode&, const Responder& respond) {
                        ++served;
                        respond(MessageType::nodes, {});
                      });
  const auto ask = [&](ByteVector body) {
    const auto outcome = std::make_shared<Outcome>();
    outcome->operation =
        alice.channel().call(bob.handle(), MessageType::find_node, std::move(body), 30,
                             [weak = std::weak_ptr{outcome}](Result<Answer> result) { weak.lock()->result = result; });
    return finish(outcome);
  };
  ByteVector body = wire::encode(wire::FindNode{{}, 16});
  ASSERT_TRUE(ask(body)->ok());
  body.push_back(std::byte{0});
  const auto refused = ask(body);
  ASSERT_TRUE(refused->ok());
  EXPECT_EQ((*refused->result)->type, MessageType::refused);
  EXPECT_EQ(wire::decode_refused((*refused->result)->body)->reason, wire::RefusalReason::malformed);
  EXPECT_EQ(served, 1);
  EXPECT_EQ(bob.counters().requests_malformed, 1U);
  EXPECT_EQ(bob.counters().requests_served, 2U);
}

}  // namespace
}  // namespace p2pns::rpc::test
