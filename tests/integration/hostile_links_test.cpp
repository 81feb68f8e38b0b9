// Who is no honest peer: no TLS 1.3, no key, another key, another network, no frames, no reader. Each is refused,
// counted, and costs the node nothing that lasts; honest peers are served meanwhile.
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include "core/host/net/link_gate.hpp"
#include "tests/integration/hostile_peer.hpp"
#include "tests/integration/link_nodes.hpp"

namespace p2pns::test {
namespace {

using boost::asio::ip::tcp;
using link::EndReason;

class HostileLinks : public LinkNodes {
 protected:
  static std::string alpn_of(std::string_view network_id) {
    return "p2pns/1/" + to_hex(crypto::fingerprint_of(network_id).view());
  }
  HostileConfig honest(const crypto::Identity& identity) {
    return {openssl_key(identity.keys()), alpn_of(link_network().network_id)};
  }
  Endpoint endpoint_of(LinkNode& node) { return node.links().local_endpoint(); }
  /// Connects with this, and waits until the node has counted `reason`.
  bool refused_with(LinkNode& node, const HostileConfig& config, EndReason reason) {
    const std::uint64_t before = node.counters().of(reason);
    HostilePeer peer(context_, config, endpoint_of(node));
    const bool counted = run_until([&] { return node.counters().of(reason) == before + 1; });
    return counted && run_until([&] { return node.links().numbers().handshakes == 0; });
  }
  /// A link that is up, spoken by hand.
  std::unique_ptr<HostilePeer> link_up(LinkNode& node, HostileConfig config, const crypto::Identity& identity) {
    auto peer = std::make_unique<HostilePeer>(context_, config, endpoint_of(node));
    peer->say(link::Hello{identity.puzzle(), link::RunId{}});
    EXPECT_TRUE(run_until([&] { return node.counters().opened_in == 1; }));
    return peer;
  }
  void expect_served(LinkNode& node) {
    LinkNode& honest_node = add_node();
    EXPECT_TRUE(outcome_of(honest_node, node.id(), "sip", "an honest message"));
  }
};

TEST_F(HostileLinks, AreRefusedWithTls12) {
  LinkNode& node = add_node();
  node.keep("sip");
  HostileConfig old = honest(new_identity());
  old.version_maximum = TLS1_2_VERSION;
  EXPECT_TRUE(refused_with(node, old, EndReason::bad_handshake));
  expect_served(node);
}

TEST_F(HostileLinks, AreRefusedWithoutACertificate) {
  LinkNode& node = add_node();
  EXPECT_TRUE(refused_with(node, {nullptr, alpn_of(link_network().network_id)}, EndReason::bad_handshake));
}

TEST_F(HostileLinks, AreRefusedWithAKeyThatIsNotEd25519) {
  LinkNode& node = add_node();
  // Whether OpenSSL or our own check says so: P-256 is not offered as an algorithm.
  const HostileConfig config{p256_key(), alpn_of(link_network().network_id)};
  HostilePeer peer(context_, config, endpoint_of(node));
  EXPECT_TRUE(run_until(
      [&] { return node.counters().of(EndReason::bad_handshake) + node.counters().of(EndReason::wrong_key) == 1; }));
  EXPECT_EQ(node.counters().opened_in, 0U);
}

TEST_F(HostileLinks, AreRefusedWithAnUnsolvedStaticPuzzle) {
  LinkNode& node = add_node();
  crypto::Identity cheap = new_identity({0, 0});
  while (crypto::static_puzzle_bits(cheap.public_key()) >= link_network().puzzles.static_bits)
    cheap = new_identity({0, 0});
  EXPECT_TRUE(refused_with(node, honest(cheap), EndReason::puzzle_unsolved));
}

TEST_F(HostileLinks, AreRefusedWithAnUnsolvedDynamicPuzzle) {
  LinkNode& node = add_node();
  const crypto::Identity identity = new_identity();
  crypto::PuzzleSolution wrong;
  while (crypto::dynamic_puzzle_bits(identity.node_id(), wrong) >= link_network().puzzles.dynamic_bits)
    random_.fill(wrong.mutable_view());
  HostilePeer peer(context_, honest(identity), endpoint_of(node));
  peer.say(link::Hello{wrong, link::RunId{}});
  EXPECT_TRUE(run_until([&] { return node.counters().of(EndReason::puzzle_unsolved) == 1; }));
  EXPECT_TRUE(run_until([&] { return peer.ended(); }));
}

TEST_F(HostileLinks, AreRefusedWithAnotherNetworkOrNone) {
  LinkNode& node = add_node();
  HostileConfig other = honest(new_identity());
  other.alpn = alpn_of("another network");
  EXPECT_TRUE(refused_with(node, other, EndReason::wrong_network));
  other.alpn = "";
  EXPECT_TRUE(refused_with(node, other, EndReason::wrong_network));
}

TEST_F(HostileLinks, AreRefusedWithThisNodesOwnKey) {
  const crypto::Identity identity = new_identity();
  LinkNode& node = add_node(identity);
  EXPECT_TRUE(refused_with(node, honest(identity), EndReason::itself));
}

TEST_F(HostileLinks, AreRefusedWithPlainText) {
  LinkNode& node = add_node();
  node.keep("sip");
  tcp::socket socket(context_);
  socket.connect(host::to_tcp(endpoint_of(node)));
  boost::asio::write(socket, boost::asio::buffer(std::string{"OPTIONS sip:alice@p2p SIP/2.0\r\n\r\n"}));
  EXPECT_TRUE(run_until([&] { return node.counters().of(EndReason::bad_handshake) == 1; }));
  expect_served(node);
}

TEST_F(HostileLinks, AreGivenFiveSecondsToShakeHands) {
  LinkNode& node = add_node();
  node.keep("sip");
  tcp::socket silent(context_);
  silent.connect(host::to_tcp(endpoint_of(node)));
  HostilePeer without_hello(context_, honest(new_identity()), endpoint_of(node));
  const auto before = std::chrono::steady_clock::now();
  expect_served(node);
  EXPECT_TRUE(run_until([&] { return node.counters().of(EndReason::handshake_timed_out) == 2; }));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::seconds{4});
}

TEST_F(HostileLinks, TakeSoManyPlacesForHandshakesAndNotOneMore) {
  LinkNode& node = add_node();
  std::vector<tcp::socket> silent;
  for (std::size_t i = 0; i <= host::handshakes_maximum; ++i) {
    silent.emplace_back(context_);
    silent.back().connect(host::to_tcp(endpoint_of(node)));
    const auto there = [&] { return node.links().numbers().handshakes == i + 1; };
    if (i == host::handshakes_maximum) break;
    ASSERT_TRUE(run_until(there)) << i;
  }
  EXPECT_TRUE(run_until([&] { return node.counters().of(EndReason::handshakes_full) == 1; }));
  EXPECT_EQ(node.links().numbers().handshakes, host::handshakes_maximum);
  silent.clear();
  EXPECT_TRUE(run_until([&] { return node.links().numbers().handshakes == 0; }));
  node.keep("sip");
  expect_served(node);
}

TEST_F(HostileLinks, AreClosedWhenTheySayWhatIsNoFrame) {
  LinkNode& node = add_node();
  const crypto::Identity identity = new_identity();
  const auto peer = link_up(node, honest(identity), identity);
  peer->say(ByteVector(100, std::byte{0xff}));
  EXPECT_TRUE(run_until([&] { return peer->ended(); }));
  EXPECT_EQ(node.counters().of(EndReason::malformed), 1U);
}

TEST_F(HostileLinks, AreClosedWhenTheyFlood) {
  LinkNode& node = add_node();
  const crypto::Identity identity = new_identity();
  const auto peer = link_up(node, honest(identity), identity);
  for (int i = 0; i < 100; ++i) peer->say(link::Ping{1});
  EXPECT_TRUE(run_until([&] { return peer->ended(); }));
  EXPECT_EQ(node.counters().of(EndReason::flooded), 1U);
}

TEST_F(HostileLinks, ThatDoNotReadAreNotReadEither) {
  LinkNode& node = add_node();
  const crypto::Identity identity = new_identity();
  HostileConfig deaf = honest(identity);
  deaf.reads = false;
  deaf.receive_buffer_bytes = 4096;
  const auto peer = link_up(node, deaf, identity);
  // Each message, which nobody takes, asks for an answer of 12 bytes.
  std::uint64_t id = 0;
  while (node.counters().of(EndReason::slow_reader) == 0 && id < 1'000'000) {
    for (int i = 0; i < 100; ++i) peer->say(link::MessageStart{++id, 1, "nobody", as_bytes("x")});
    if (!run_until([&] { return peer->quiet(); }, std::chrono::seconds{1})) break;
  }
  EXPECT_LT(id, 1'000'000U) << "it is stopped";
  EXPECT_TRUE(run_until([&] { return node.counters().of(EndReason::slow_reader) == 1; }));
}

TEST_F(HostileLinks, ThatDoNotReadMakeSendersHearOfIt) {
  LinkNode& node = add_node();
  const crypto::Identity identity = new_identity();
  HostileConfig deaf = honest(identity);
  deaf.reads = false;
  deaf.receive_buffer_bytes = 4096;
  const auto peer = link_up(node, deaf, identity);
  const std::string large(link::message_maximum_bytes, 'x');
  for (int i = 0; i < 6; ++i) node.send(identity.node_id(), "xmpp", large);
  ASSERT_TRUE(run_until([&] { return node.outcomes.size() == 2; }));
  for (const auto& outcome : node.outcomes) EXPECT_EQ(outcome.error(), make_error_code(Errc::overloaded));
  ASSERT_TRUE(run_until([&] { return node.outcomes.size() == 6; }));
  EXPECT_EQ(node.outcomes.back().error(), make_error_code(Errc::not_reachable));
  EXPECT_EQ(node.counters().of(EndReason::slow_reader), 1U);
  EXPECT_EQ(node.links().numbers().queued_bytes, 0U);
}

TEST_F(HostileLinks, AtTheAddressOfAnotherNodeAreRefused) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  LinkNode& carol = add_node();
  carol.keep("sip");
  addresses_[bob.id()] = addresses_[carol.id()];
  addresses_[bob.id()].id = bob.id();
  publish();
  EXPECT_EQ(outcome_of(alice, bob.id(), "sip", "for bob").error(), make_error_code(Errc::not_reachable));
  EXPECT_EQ(alice.counters().of(EndReason::wrong_node), 1U);
  EXPECT_TRUE(carol.received.empty());
}

TEST_F(HostileLinks, AtOneAddressDoNotHideTheNodeAtAnother) {
  LinkNode& alice = add_node();
  LinkNode& bob = add_node();
  LinkNode& carol = add_node();
  bob.keep("sip");
  wire::prefer_endpoint(addresses_[bob.id()], endpoint_of(carol));
  wire::prefer_endpoint(addresses_[bob.id()], *parse_endpoint("127.0.0.1:1"));
  publish();
  EXPECT_TRUE(outcome_of(alice, bob.id(), "sip", "for bob"));
  EXPECT_EQ(alice.counters().of(EndReason::wrong_node), 1U);
  EXPECT_EQ(alice.counters().of(EndReason::no_connection), 1U);
}

TEST_F(HostileLinks, OfAnotherNetworkAreNotCalled) {
  LinkNode& alice = add_node();
  crypto::NetworkParameters other = link_network();
  other.network_id = "another";
  LinkNode& bob = add_node(other);
  bob.keep("sip");
  EXPECT_EQ(outcome_of(alice, bob.id(), "sip", "x").error(), make_error_code(Errc::not_reachable));
  EXPECT_EQ(alice.counters().of(EndReason::wrong_network), 1U);
  EXPECT_EQ(bob.counters().of(EndReason::wrong_network), 1U);
}

}  // namespace
}  // namespace p2pns::test
