#include "core/kbr/peer_memory.hpp"

#include <fstream>
#include <gtest/gtest.h>

#include "tests/support/hex.hpp"
#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr {
namespace {

using namespace std::chrono_literals;
using test::address_of;
using test::Overlay;
using test::OverlayNode;

/// A node's contacts without a node: the test says who answers and who is gone.
class PeerMemoryTest : public ::testing::Test {
 protected:
  PeerMemoryTest() { memory.emplace(environment()); }
  PeerMemoryEnvironment environment() { return {state, network, contacts, timers, random, log}; }

  std::vector<NodeHandle> meet(std::size_t count) {
    std::vector<NodeHandle> met;
    for (std::size_t i = 0; i < count; ++i) {
      met.push_back(test::stranger(random));
      contacts.add(met.back(), 10ms, timers.now());
    }
    return met;
  }
  void lose(const NodeHandle& node) {
    for (int silences = 0; silences < silences_until_dropped; ++silences)
      contacts.miss_check(NodeId{node.id}, silences);
  }
  void run_for(Duration time) { timers.advance_to(timers.now() + time); }
  /// Until everything was saved that is going to be.
  void save() {
    run_for(peers_saved_every);
    run_for(0s);
  }
  std::size_t stored() const { return state.entries.size(); }
  bool stores(const NodeHandle& node) const {
    return state.entries.contains({StateTable::peers, copy_of(node.id.view())});
  }

  const std::uint64_t seed = p2pns::test::announced_seed();
  p2pns::test::SeededRandom random{seed};
  p2pns::test::NullLog log;
  TimerQueue timers{TimePoint{1h}};
  p2pns::test::ScriptedState state{timers};
  const crypto::NetworkParameters network{"peers-test", {0, 0}, true};
  Contacts contacts{random.value<NodeId>(), BlockRule{true}};
  std::optional<PeerMemory> memory;
};

TEST_F(PeerMemoryTest, SavesSoonAfterTheStartAndThenNowAndThen) {
  memory->start();
  meet(5);
  run_for(peers_first_saved_after);
  run_for(0s);
  EXPECT_EQ(stored(), 5U);
  EXPECT_EQ(state.writes, 5U);
  for (int i = 0; i < 12; ++i) save();
  EXPECT_EQ(state.writes, 5U) << "nothing has changed";
  meet(1);
  save();
  EXPECT_EQ(state.writes, 6U);
}

TEST_F(PeerMemoryTest, FindsTheAddressesAgainAtTheNextStart) {
  memory->start();
  std::set<Endpoint> known;
  for (const NodeHandle& node : meet(20)) known.insert(node.endpoints.front());
  save();
  memory.emplace(environment());
  const auto addresses = memory->addresses();
  EXPECT_EQ(std::set<Endpoint>(addresses.begin(), addresses.end()), known);
}

TEST_F(PeerMemoryTest, FollowsAPeerToAnotherAddress) {
  memory->start();
  NodeHandle node = meet(1).front();
  save();
  wire::prefer_endpoint(node, p2pns::test::endpoint("10.99.0.1:4222"));
  contacts.touch(node, 10ms, timers.now());
  save();
  EXPECT_EQ(state.writes, 2U);
  memory.emplace(environment());
  EXPECT_EQ(memory->addresses(), std::vector{p2pns::test::endpoint("10.99.0.1:4222")});
}

TEST_F(PeerMemoryTest, KeepsPeersThatAreGoneUntilTheirPlaceIsNeeded) {
  memory->start();
  const auto gone = meet(10);
  save();
  for (const NodeHandle& node : gone) lose(node);
  ASSERT_EQ(contacts.size(), 0U);
  for (int i = 0; i < 100; ++i) save();
  EXPECT_EQ(stored(), 10U) << "an outage costs no addresses";
  const auto others = meet(peers_kept_maximum - 10);
  save();
  EXPECT_LE(stored(), peers_kept_maximum);
  EXPECT_TRUE(std::ranges::all_of(gone, [this](const auto& node) { return stores(node); }));
}

TEST_F(PeerMemoryTest, KeepsNoMoreThanItsMaximumAndPutsTheLivingInThePlacesOfTheGone) {
  memory->start();
  meet(4000);
  ASSERT_GT(contacts.size(), peers_kept_maximum);
  save();
  EXPECT_EQ(stored(), peers_kept_maximum);
  EXPECT_EQ(memory->size(), peers_kept_maximum);
  EXPECT_EQ(state.writes, peers_kept_maximum);
  save();
  EXPECT_EQ(state.writes, peers_kept_maximum) << "full, and all of them are contacts";
  const NodeHandle nearest = contacts.siblings().contacts().front().node;
  ASSERT_TRUE(stores(nearest));
  lose(nearest);
  save();
  EXPECT_FALSE(stores(nearest));
  EXPECT_EQ(stored(), peers_kept_maximum);
  EXPECT_EQ(state.writes, peers_kept_maximum + 2);
}

TEST_F(PeerMemoryTest, PrefersNearSiblingsAndTheOldestOfEachDistance) {
  memory->start();
  meet(4000);
  save();
  const auto siblings = contacts.siblings().contacts();
  for (std::size_t i = 0; i < sibling_peers_maximum; ++i) EXPECT_TRUE(stores(siblings[i].node)) << i;
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(stores(contacts.table().buckets()[i].contacts().front().node)) << i;
}

TEST_F(PeerMemoryTest, DoesNotSaveSuspects) {
  memory->start();
  const NodeHandle node = meet(1).front();
  contacts.suspect(node.id);
  save();
  EXPECT_EQ(stored(), 0U);
}

TEST_F(PeerMemoryTest, TellsOfAStoreThatFailsOnce) {
  memory->start();
  state.fail = Errc::io_error;
  meet(5);
  for (int i = 0; i < 3; ++i) save();
  EXPECT_EQ(log.lines(), 1U);
}

TEST_F(PeerMemoryTest, LeavesWhatItCannotReadWhereItIs) {
  const NodeHandle good = test::stranger(random);
  const NodeHandle other = test::stranger(random);
  const auto keep = [this](const StateEntry& entry) { state.entries[{StateTable::peers, entry.key}] = entry.value; };
  keep(encode_peer(good, network));
  keep(encode_peer(other, {"other", {0, 0}, true}));
  keep({copy_of(random.value<NodeId>().view()), encode_peer(good, network).value});
  keep({copy_of(random.value<NodeId>().view()), {}});
  StateEntry later = encode_peer(test::stranger(random), network);
  later.value[0] = std::byte{2};
  keep(later);
  memory.emplace(environment());
  EXPECT_EQ(memory->size(), 1U);
  EXPECT_EQ(log.lines(), 1U);
  memory->start();
  save();
  EXPECT_EQ(stored(), 5U);
  EXPECT_EQ(state.writes, 0U);
}

TEST_F(PeerMemoryTest, ReadsNothingThatIsCutOrTurned) {
  const StateEntry good = encode_peer(test::stranger(random), network);
  ASSERT_TRUE(decode_peer(good, network));
  for (std::size_t size = 0; size < good.value.size(); ++size) {
    StateEntry cut = good;
    cut.value.resize(size);
    EXPECT_FALSE(decode_peer(cut, network)) << size;
  }
  StateEntry longer = good;
  longer.value.push_back({});
  EXPECT_EQ(decode_peer(longer, network).error(), Errc::trailing_bytes);
}

TEST(PeerVectors, AreStoredAsTheReferenceSays) {
  std::ifstream file{P2PNS_TEST_DATA "/state-vectors.txt"};
  std::map<std::string, std::string> vectors;
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const auto equals = line.find(" = ");
    if (line.front() != ' ') last = line.substr(0, equals);
    vectors[last] += line.front() == ' ' ? line.substr(2) : line.substr(equals + 3);
  }
  const crypto::KeyPair keys = crypto::KeyPair::from_seed(
      p2pns::test::fixed<crypto::Seed>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  NodeHandle node = wire::make_node_handle(keys.public_key(), {}, p2pns::test::endpoint("192.0.2.7:4222"));
  node.endpoints.push_back(p2pns::test::endpoint("[2001:db8::7]:4222"));
  const crypto::NetworkParameters documented{"p2pns", {0, 0}, false};
  const StateEntry entry = encode_peer(node, documented);
  EXPECT_EQ(to_hex(entry.key), vectors.at("peer-key"));
  EXPECT_EQ(to_hex(entry.value), vectors.at("peer"));
  const auto read = decode_peer(entry, documented);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->endpoints, node.endpoints);
}

/// Real nodes, which begin again with what they stored.
class Rejoin : public ::testing::Test {
 protected:
  void grow(std::size_t count) {
    overlay.grow(count, 1s);
    overlay.network.run_for(20s);
    ASSERT_TRUE(overlay.wait_until_joined());
    for (const auto& node : overlay.nodes) ASSERT_FALSE(node->state().entries.empty());
  }
  bool wait_until_whole(Duration limit = 2min) {
    return overlay.network.run_until([this] { return overlay.wrong_neighbourhoods(16) == 0; }, limit);
  }
  bool wait_until_joined(OverlayNode& node, Duration limit) {
    return overlay.network.run_until([&] { return node.kademlia().joined(); }, limit);
  }

  Overlay overlay{p2pns::test::announced_seed()};
};

TEST_F(Rejoin, ANodeWhoseSeedsAreGoneJoinsThroughStoredPeers) {
  grow(8);
  OverlayNode& node = *overlay.nodes[5];
  overlay.nodes[0]->die();
  node.restart();
  node.kademlia().start({address_of(0), address_of(4000)});
  ASSERT_TRUE(wait_until_joined(node, 10s));
  EXPECT_GT(node.kademlia().siblings(), 0U);
  EXPECT_TRUE(wait_until_whole());
}

TEST_F(Rejoin, TheFirstNodeComesBackToTheOverlayItBegan) {
  grow(8);
  OverlayNode& first = *overlay.nodes[0];
  first.restart();
  first.kademlia().start({});
  ASSERT_TRUE(wait_until_joined(first, 10s));
  EXPECT_GT(first.kademlia().siblings(), 0U) << "it began an overlay of its own";
  EXPECT_TRUE(wait_until_whole());
}

TEST_F(Rejoin, ANodeThatIsItsOwnOnlySeedComesBackToo) {
  grow(8);
  OverlayNode& first = *overlay.nodes[0];
  first.restart();
  first.kademlia().start({first.host().address()});
  ASSERT_TRUE(wait_until_joined(first, 10s));
  EXPECT_GT(first.kademlia().siblings(), 0U);
}

TEST_F(Rejoin, AFirstNodeBeginsAloneWhenNoneOfItsPeersAnswersForHalfAMinuteAndMeetsThemLater) {
  grow(5);
  OverlayNode& first = *overlay.nodes[0];
  for (std::size_t i = 1; i < 5; ++i) overlay.nodes[i]->die();
  first.restart();
  first.kademlia().start({});
  EXPECT_FALSE(wait_until_joined(first, founding_patience - 1s)) << "they may be reachable in a moment";
  ASSERT_TRUE(wait_until_joined(first, 10s));
  EXPECT_EQ(first.kademlia().siblings(), 0U);
  overlay.network.run_for(1min);
  OverlayNode& second = *overlay.nodes[1];
  second.restart();
  second.kademlia().start({address_of(4000)});  // its seed is gone; its stored peers are not
  EXPECT_TRUE(wait_until_whole());
}

TEST_F(Rejoin, ANodeWithSeedsNeverBeginsAlone) {
  grow(3);
  OverlayNode& node = *overlay.nodes[2];
  for (std::size_t i = 0; i < 2; ++i) overlay.nodes[i]->die();
  node.restart();
  node.kademlia().start({address_of(0)});
  EXPECT_FALSE(wait_until_joined(node, 10min));
}

TEST_F(Rejoin, AnOverlayThatRestartsAsAWholeIsOneAgain) {
  grow(12);
  for (const auto& node : overlay.nodes) node->restart();
  // No seed is left: all they have is what they stored.
  for (const auto& node : overlay.nodes) node->kademlia().start({});
  ASSERT_TRUE(overlay.wait_until_joined(2min));
  EXPECT_TRUE(wait_until_whole());
}

TEST_F(Rejoin, AFirstNodeThatLeavesBeforeItHasSavedItsPeersComesBackToo) {
  overlay.grow(4, 200ms);
  ASSERT_TRUE(overlay.wait_until_joined());
  overlay.network.run_for(2s);
  OverlayNode& first = *overlay.nodes[0];
  ASSERT_TRUE(first.state().entries.empty());
  first.kademlia().leave();
  overlay.network.run_for(1s);
  first.restart();
  first.kademlia().start({});
  ASSERT_TRUE(wait_until_joined(first, 10s));
  EXPECT_GT(first.kademlia().siblings(), 0U) << "it began an overlay of its own";
}

TEST_F(Rejoin, AFirstNodeWithoutStoredPeersBeginsAtOnce) {
  OverlayNode& first = overlay.add();
  first.kademlia().start({});
  overlay.network.run_for(1ms);
  EXPECT_TRUE(first.kademlia().joined());
}

}  // namespace
}  // namespace p2pns::kbr
