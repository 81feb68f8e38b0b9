// The name service over the real overlay and the real DHT: twenty nodes on the in-memory network.
#include <algorithm>
#include <gtest/gtest.h>

#include "core/names/name_cache.hpp"
#include "core/node/node.hpp"
#include "core/store/memory_record_store.hpp"
#include "core/store/memory_state_store.hpp"
#include "tests/support/null_log.hpp"
#include "tests/support/test_network.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;
using p2pns::test::TestHost;

constexpr int nodes_in_overlay = 20;
constexpr UnixTime start_of_world{std::chrono::milliseconds{1'780'000'000'000}};
const Endpoint seed_address = p2pns::test::endpoint("10.1.0.1:4000");

crypto::Identity identity_of(int number) {
  crypto::Seed seed;
  seed.value.fill(static_cast<std::byte>(number));
  return {crypto::KeyPair::from_seed(seed), crypto::PuzzleSolution{}};
}

node::NodeConfig config_of(int number) {
  node::NodeConfig config;
  config.network = {"real-overlay-test", {0, 0}, true};
  if (number > 1) config.seeds = {seed_address};
  return config;
}

class OverlayNode {
 public:
  OverlayNode(p2pns::test::TestNetwork& network, int number, int owner_number)
      : host(network.add_host(p2pns::test::endpoint("10.1.0." + std::to_string(number) + ":4000"))),
        random(static_cast<std::uint64_t>(number)),
        identity(identity_of(number)),
        owner(identity_of(owner_number).keys()),
        node(config_of(number), identity, owner, {host.timers(), host, random, verifier, sealer, store, state, log},
             start_of_world) {
    switch_on();
    node.start();
  }
  ~OverlayNode() { switch_off(); }

  void switch_on() {
    host.on_datagram(
        [this](const Endpoint& from, Bytes datagram) { node.on_datagram(host.timers().now(), from, datagram); });
  }
  void switch_off() { host.on_datagram(nullptr); }

  TestHost& host;
  p2pns::test::SeededRandom random;
  p2pns::test::NullLog log;
  crypto::SodiumVerifier verifier;
  crypto::SodiumSealer sealer;
  store::MemoryRecordStore store{host.timers()};
  store::MemoryStateStore state{host.timers()};
  crypto::Identity identity;
  crypto::KeyPairSigner owner;
  node::Node node;
};

class RealOverlay : public ::testing::Test {
 protected:
  RealOverlay() {
    for (int number = 1; number <= nodes_in_overlay; ++number) {
      add_node(number);
    }
  }

  /// `owner_number`: whose key owns the names registered there.
  void add_node(int owner_number) {
    nodes.push_back(std::make_unique<OverlayNode>(network, static_cast<int>(nodes.size()) + 1, owner_number));
    EXPECT_TRUE(network.run_until([this] { return nodes.back()->node.routing().joined(); }));
  }
  std::shared_ptr<const NameAnswer> resolve(OverlayNode& asker) { return resolve(asker, alice_name); }
  std::shared_ptr<const NameAnswer> resolve(OverlayNode& asker, const P2PName& name) {
    std::shared_ptr<const NameAnswer> result;
    const Operation operation =
        asker.node.names().resolve({name}, [&](std::shared_ptr<const NameAnswer> answer) { result = answer; });
    EXPECT_TRUE(network.run_until([&] { return result != nullptr; }));
    return result;
  }
  Result<Receipt> register_name(OverlayNode& owner, int last_octet) {
    const ByteVector address{std::byte{192}, std::byte{0}, std::byte{2}, static_cast<std::byte>(last_octet)};
    return register_name(owner, {alice_name, {{"", 1, 300, address}}});
  }
  Result<Receipt> register_name(OverlayNode& owner, Registration registration) {
    std::optional<Result<Receipt>> result;
    const Operation operation = owner.node.names().register_name(
        std::move(registration), [&](Result<Receipt> receipt) { result = std::move(receipt); });
    EXPECT_TRUE(network.run_until([&] { return result.has_value(); }));
    return result.value_or(Errc::cancelled);
  }
  Result<void> release(OverlayNode& owner) {
    std::optional<Result<void>> result;
    const Operation operation = owner.node.names().release_name(alice_name, [&](Result<void> done) { result = done; });
    EXPECT_TRUE(network.run_until([&] { return result.has_value(); }));
    return result.value_or(Errc::cancelled);
  }
  std::size_t replicas_written() const {
    std::size_t sum = 0;
    for (const auto& each : nodes) sum += each->node.names().status().dht_writes;
    return sum;
  }
  static int last_octet(const NameAnswer& answer) {
    return answer.record_set ? static_cast<int>(answer.record_set->records.at(0).data.at(3)) : -1;
  }

  p2pns::test::TestNetwork network;
  std::vector<std::unique_ptr<OverlayNode>> nodes;
  const P2PName alice_name{NameKind::label, "p2p", "alice"};
};

TEST_F(RealOverlay, FindsANameFromEveryNode) {
  const auto receipt = register_name(*nodes[3], 7);
  ASSERT_TRUE(receipt) << receipt.error().message();
  EXPECT_TRUE(receipt->created);
  for (const auto& asker : nodes) {
    const auto answer = resolve(*asker);
    ASSERT_EQ(answer->outcome, Outcome::found) << to_string(answer->outcome);
    EXPECT_EQ(answer->node->endpoints.front(), nodes[3]->host.address());
    EXPECT_EQ(last_octet(*answer), 7);
  }
}

TEST_F(RealOverlay, HasOneOwnerForAName) {
  ASSERT_TRUE(register_name(*nodes[3], 7));
  EXPECT_EQ(register_name(*nodes[4], 8).error(), Errc::name_taken);
  ASSERT_TRUE(release(*nodes[3]));
  EXPECT_EQ(resolve(*nodes[9])->outcome, Outcome::no_such_name);
  ASSERT_TRUE(register_name(*nodes[4], 8));
  network.run_for(31s);
  EXPECT_EQ(last_octet(*resolve(*nodes[9])), 8);
}

TEST_F(RealOverlay, ShowsChangedRecordsWithoutADhtWrite) {
  ASSERT_TRUE(register_name(*nodes[3], 7));
  ASSERT_EQ(last_octet(*resolve(*nodes[9])), 7);
  network.run_for(61s);
  const std::size_t before = replicas_written();
  ASSERT_TRUE(register_name(*nodes[3], 8));
  EXPECT_EQ(last_octet(*resolve(*nodes[9])), 8);
  EXPECT_EQ(replicas_written(), before);
}

TEST_F(RealOverlay, FollowsANodeToANewAddressWithoutADhtWrite) {
  ASSERT_TRUE(register_name(*nodes[3], 7));
  ASSERT_EQ(resolve(*nodes[9])->outcome, Outcome::found);
  const std::size_t before = replicas_written();
  network.move_host(nodes[3]->host, p2pns::test::endpoint("10.77.0.1:4000"));
  nodes[3]->node.announce_address();
  network.run_for(61s);
  const auto answer = resolve(*nodes[9]);
  ASSERT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->node->endpoints.front(), nodes[3]->host.address());
  EXPECT_EQ(replicas_written(), before);
}

// Nobody has told these nodes where they are.
TEST_F(RealOverlay, GivesABareNameTheAddressThatOthersSeeAlsoAtItsOwnNode) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const P2PName bare{NameKind::label, "p2p", "bare" + std::to_string(i)};
    ASSERT_TRUE(register_name(*nodes[i], {bare, {}}));
    const auto answer = resolve(*nodes[i], bare);
    ASSERT_EQ(answer->outcome, Outcome::found);
    ASSERT_FALSE(answer->node->endpoints.empty()) << "node " << i;
    EXPECT_EQ(answer->node->endpoints.front(), nodes[i]->host.address());
    EXPECT_EQ(nodes[i]->node.names().status().observed_address, nodes[i]->host.address());
  }
}

TEST_F(RealOverlay, NoticesThatANatShowsItAtAnotherAddressAndTellsTheSiblings) {
  ASSERT_TRUE(register_name(*nodes[3], 7));
  const std::size_t before = replicas_written();
  network.move_host(nodes[3]->host, p2pns::test::endpoint("10.77.0.1:4000"));
  EXPECT_TRUE(network.run_until(
      [this] { return nodes[3]->node.names().status().observed_address == nodes[3]->host.address(); }, 3min));
  network.run_for(5s);
  const auto answer = resolve(*nodes[9]);
  ASSERT_EQ(answer->outcome, Outcome::found);
  EXPECT_EQ(answer->node->endpoints.front(), nodes[3]->host.address());
  EXPECT_EQ(replicas_written(), before);
}

// A machine that slept finds its network some time after it woke up. Node 0 has no seeds.
TEST_F(RealOverlay, FindsBackSoonAfterAnOutageThatCostItAllContacts) {
  for (const std::size_t victim : {std::size_t{0}, std::size_t{3}}) {
    const P2PName bare{NameKind::label, "p2p", "bare" + std::to_string(victim)};
    ASSERT_TRUE(register_name(*nodes[victim], {bare, {}}));
    const Endpoint away = nodes[victim]->host.address();
    network.filter([away](const p2pns::test::Captured& sent) { return sent.from != away && sent.to != away; });
    network.run_for(1h);
    ASSERT_EQ(nodes[victim]->node.names().status().known_nodes, 0U);
    network.clear_captured();
    network.filter(nullptr);
    nodes[victim]->node.announce_address();
    network.run_for(5s);
    const auto answer = resolve(*nodes[9], bare);
    ASSERT_EQ(answer->outcome, Outcome::found) << "node " << victim << ": " << to_string(answer->outcome);
    EXPECT_EQ(answer->node->endpoints.front(), away);
  }
}

TEST_F(RealOverlay, PrefersTheAddressItsHostFixedUntilTheHostTakesItBack) {
  const P2PName bare{NameKind::label, "p2p", "bare"};
  const Endpoint fixed = p2pns::test::endpoint("10.88.0.1:4000");
  ASSERT_TRUE(register_name(*nodes[3], {bare, {}}));
  nodes[3]->node.set_own_address(fixed);
  EXPECT_EQ(resolve(*nodes[3], bare)->node->endpoints.front(), fixed);
  EXPECT_EQ(nodes[3]->node.names().status().observed_address, nodes[3]->host.address());
  nodes[3]->node.set_own_address(std::nullopt);
  network.run_for(61s);
  EXPECT_EQ(resolve(*nodes[3], bare)->node->endpoints.front(), nodes[3]->host.address());
}

TEST_F(RealOverlay, TellsAnOwnerThatIsOffFromANameThatIsNot) {
  EXPECT_EQ(resolve(*nodes[9])->outcome, Outcome::no_such_name);
  ASSERT_TRUE(register_name(*nodes[3], 7));
  nodes[3]->switch_off();
  network.run_for(31s);
  EXPECT_EQ(resolve(*nodes[9])->outcome, Outcome::owner_offline);
  nodes[3]->switch_on();
  network.run_for(owner_offline_life);
  EXPECT_EQ(resolve(*nodes[9])->outcome, Outcome::found);
}

TEST_F(RealOverlay, FollowsANameToAnotherNodeOfItsOwner) {
  ASSERT_TRUE(register_name(*nodes[3], 7));
  for (const std::size_t asker : {1U, 9U, 15U}) ASSERT_EQ(last_octet(*resolve(*nodes[asker])), 7);
  add_node(4);  // with the owner key of nodes[3]
  const auto receipt = register_name(*nodes.back(), 8);
  ASSERT_TRUE(receipt) << receipt.error().message();
  EXPECT_FALSE(receipt->created);
  network.run_for(NameLimits{}.stage1_life_maximum);
  for (const auto& asker : nodes) EXPECT_EQ(last_octet(*resolve(*asker)), 8);
  EXPECT_EQ(nodes[3]->node.names().status().names_owned, 0U);
}

TEST_F(RealOverlay, FollowsANameAtOnceWhenItsOldNodeIsOff) {
  ASSERT_TRUE(register_name(*nodes[3], 7));
  ASSERT_EQ(last_octet(*resolve(*nodes[9])), 7);
  add_node(4);
  nodes[3]->switch_off();
  ASSERT_TRUE(register_name(*nodes.back(), 8));
  network.run_for(61s);  // the answer is forgotten, its binding is not
  EXPECT_EQ(last_octet(*resolve(*nodes[9])), 8);
}

TEST_F(RealOverlay, FindsANodeByItsKey) {
  const P2PName key_name = name_of_key(nodes[5]->identity.public_key(), "p2p");
  std::shared_ptr<const NameAnswer> result;
  const Operation operation =
      nodes[9]->node.names().resolve({key_name}, [&](std::shared_ptr<const NameAnswer> answer) { result = answer; });
  ASSERT_TRUE(network.run_until([&] { return result != nullptr; }));
  ASSERT_EQ(result->outcome, Outcome::found);
  EXPECT_EQ(result->node->endpoints.front(), nodes[5]->host.address());
}

}  // namespace
}  // namespace p2pns::names
