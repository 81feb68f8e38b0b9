// Lookups among scripted peers: what each says is decided by the test.
#include "core/kbr/lookup.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "tests/unit/kbr/overlay.hpp"

namespace p2pns::kbr::test {
namespace {

/// Serves PING, FIND_NODE and GET; names whom it is told to name.
class ScriptedPeer : public ChannelNode {
 public:
  ScriptedPeer(TestNetwork& network, const Endpoint& at, std::uint64_t seed) : ChannelNode(network, at, seed) {
    channel_->serve(wire::MessageType::ping, [this](const rpc::Request& request, rpc::Responder respond) {
      ++pings;
      respond(wire::MessageType::pong, wire::encode(wire::Pong{!not_ready, request.from.endpoints.front()}));
    });
    channel_->serve(wire::MessageType::find_node, [this](const rpc::Request& request, rpc::Responder respond) {
      ++asked;
      if (silent) return;
      if (garbage) return respond(wire::MessageType::nodes, ByteVector(40, std::byte{0xee}));
      respond(wire::MessageType::nodes, wire::encode(wire::Nodes{names}, request.answer_maximum_bytes));
    });
    channel_->serve(wire::MessageType::get, [this](const rpc::Request& request, rpc::Responder respond) {
      ++asked;
      if (not_ready) return respond(wire::MessageType::not_ready, {});
      respond(wire::MessageType::value, wire::encode(wire::Value{record, names}, request.answer_maximum_bytes));
    });
  }
  std::vector<NodeHandle> names;
  ByteVector record;
  bool silent = false;
  bool garbage = false;
  bool not_ready = false;
  int asked = 0;
  int pings = 0;
};

class ScriptedLookup : public ::testing::Test {
 protected:
  ScriptedPeer& peer() {
    peers_.push_back(
        std::make_unique<ScriptedPeer>(overlay.network, address_of(1000 + peers_.size()), overlay.random().next()));
    return *peers_.back();
  }
  /// The peer becomes a contact of the asker: it says that it serves, once more from a proven address, and answers the
  /// probe.
  void introduce(ScriptedPeer& introduced) {
    for (int i = 0; i < 2; ++i) {
      introduced.channel()
          .call(asker.handle(), wire::MessageType::ping, wire::encode(wire::Ping{true}), 32, [](Result<rpc::Answer>) {})
          .detach();
      overlay.network.run_for(50ms);
    }
    ASSERT_TRUE(overlay.network.run_until([&] { return asker.kademlia().contacts().find(introduced.id()); }, 5s));
  }
  /// A key that `nearest` is nearest to.
  static Key key_next_to(const ChannelNode& nearest) {
    Key key = nearest.id();
    key.value.back() ^= std::byte{1};
    return key;
  }
  LookupOptions node_mode() {
    LookupOptions options;
    options.mode = LookupMode::node;
    return options;
  }

  Overlay overlay{8};
  OverlayNode& asker = overlay.add();

 private:
  std::vector<std::unique_ptr<ScriptedPeer>> peers_;
};

TEST_F(ScriptedLookup, NobodyKnownIsNoPeers) {
  EXPECT_TRUE(overlay.lookup(asker, overlay.random_key())->failed_with(Errc::no_peers));
  EXPECT_TRUE(overlay.lookup(asker, overlay.random_key(), node_mode())->failed_with(Errc::no_peers));
}

TEST_F(ScriptedLookup, EverybodySilentIsNotReachable) {
  ScriptedPeer& only = peer();
  introduce(only);
  only.silent = true;
  const auto found = overlay.lookup(asker, overlay.random_key());
  EXPECT_TRUE(found->failed_with(Errc::not_reachable));
  EXPECT_TRUE(found->result->answers.empty());
}

TEST_F(ScriptedLookup, OneThatFailsSaysHowFarItCame) {
  ScriptedPeer& silent = peer();
  ScriptedPeer& alive = peer();
  introduce(silent);
  introduce(alive);
  silent.silent = true;
  const auto found = overlay.lookup(asker, overlay.random_key(), node_mode());
  ASSERT_TRUE(found->failed_with(Errc::timed_out));
  EXPECT_GT(found->result->took, 0ms);
  const auto shows = [&found](const NodeId& id, bool answered) {
    return std::ranges::any_of(found->result->hops, [&id, answered](const LookupHop& hop) {
      return hop.node.id == id && hop.answered == answered;
    });
  };
  EXPECT_TRUE(shows(alive.id(), true));
  EXPECT_TRUE(shows(silent.id(), false));
}

TEST_F(ScriptedLookup, FollowsNamesToNodesItDidNotKnow) {
  ScriptedPeer& first = peer();
  ScriptedPeer& second = peer();
  ScriptedPeer& third = peer();
  introduce(first);
  first.names = {second.handle()};
  second.names = {third.handle(), first.handle()};
  const Key key = key_next_to(third);
  const auto found = overlay.lookup(asker, key);
  ASSERT_TRUE(found->ok());
  ASSERT_EQ(found->ids().size(), 3U);
  EXPECT_EQ(found->ids().front(), third.id());
  EXPECT_EQ(found->result->contacts_asked(), 3U);
  EXPECT_TRUE(asker.kademlia().contacts().find(third.id())) << "who answered may enter the tables";
}

TEST_F(ScriptedLookup, AsksNoNodeTwiceHoweverOftenItIsNamed) {
  std::vector<ScriptedPeer*> all;
  for (int i = 0; i < 24; ++i) all.push_back(&peer());
  for (ScriptedPeer* each : all)
    for (ScriptedPeer* other : all)
      if (other != each && each->names.size() < 20) each->names.push_back(other->handle());
  for (int i = 0; i < 6; ++i) introduce(*all[static_cast<std::size_t>(i)]);
  for (ScriptedPeer* each : all) each->asked = 0;
  const auto found = overlay.lookup(asker, overlay.random_key());
  ASSERT_TRUE(found->ok());
  EXPECT_EQ(found->ids().size(), siblings_per_key);
  for (ScriptedPeer* each : all) EXPECT_LE(each->asked, 1);
  std::set<NodeId> hops;
  for (const LookupHop& hop : found->result->hops) EXPECT_TRUE(hops.insert(hop.node.id).second);
}

TEST_F(ScriptedLookup, GarbageCountsAsFailure) {
  ScriptedPeer& liar = peer();
  ScriptedPeer& honest = peer();
  introduce(liar);
  introduce(honest);
  liar.garbage = true;
  const auto found = overlay.lookup(asker, key_next_to(liar));
  ASSERT_TRUE(found->ok());
  EXPECT_EQ(found->ids(), std::vector<NodeId>{honest.id()});
}

TEST_F(ScriptedLookup, HonestNodeNamedWithAWrongAddressIsFoundThroughTheRightOne) {
  ScriptedPeer& liar = peer();
  ScriptedPeer& honest = peer();
  ScriptedPeer& target = peer();
  introduce(liar);
  introduce(honest);
  NodeHandle wrong = target.handle();
  wrong.endpoints.assign(1, endpoint("10.66.6.6:666"));
  liar.names = {wrong};
  honest.names = {target.handle()};
  const auto found = overlay.lookup(asker, key_next_to(target));
  ASSERT_TRUE(found->ok());
  EXPECT_EQ(found->ids().front(), target.id());
}

TEST_F(ScriptedLookup, TargetIsFoundAlthoughLiarsNameWrongAddresses) {
  ScriptedPeer& target = peer();
  std::vector<ScriptedPeer*> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(&peer());
    introduce(*all.back());
    NodeHandle named = target.handle();
    if (i < 4) named.endpoints.assign(1, endpoint("10.66.6." + std::to_string(i + 1) + ":666"));
    all.back()->names = {named};
  }
  LookupOptions options = node_mode();
  options.disjoint_paths = 5;
  const auto found = overlay.lookup(asker, target.id(), options);
  ASSERT_TRUE(found->ok());
  EXPECT_EQ(found->result->answers[0].node.id, target.id());
  EXPECT_EQ(found->result->answers[0].node.endpoints.front(), target.host().address());
  EXPECT_EQ(found->result->answers[0].type, wire::MessageType::pong);
}

// Links connect to what a lookup found: an address in somebody else's network must not get in with a proven one.
TEST_F(ScriptedLookup, TargetIsFoundOnlyWhereItAnswered) {
  ScriptedPeer& target = peer();
  ScriptedPeer& witness = peer();
  introduce(witness);
  NodeHandle named = target.handle();
  named.endpoints.push_back(endpoint("[fd00::5]:6379"));
  witness.names = {named};
  const auto found = overlay.lookup(asker, target.id(), node_mode());
  ASSERT_TRUE(found->ok());
  const auto& endpoints = found->result->answers[0].node.endpoints;
  ASSERT_EQ(endpoints.size(), 1U);
  EXPECT_EQ(endpoints[0], target.host().address());
}

TEST_F(ScriptedLookup, NobodyMayAnswerForTheTarget) {
  ScriptedPeer& impostor = peer();
  introduce(impostor);
  ChannelNode absent{overlay.network, endpoint("10.5.5.5:5"), 77};
  NodeHandle named = absent.handle();
  named.endpoints.assign(1, impostor.host().address());  // the impostor's own address under the target's key
  impostor.names = {named};
  absent.stop();
  EXPECT_TRUE(overlay.lookup(asker, absent.id(), node_mode())->failed_with(Errc::timed_out));
}

TEST_F(ScriptedLookup, KnownTargetCostsOneCall) {
  ScriptedPeer& target = peer();
  for (int i = 0; i < 8; ++i) introduce(peer());
  introduce(target);
  const auto found = overlay.lookup(asker, target.id(), node_mode());
  ASSERT_TRUE(found->ok());
  EXPECT_EQ(found->result->contacts_asked(), 1U);
  EXPECT_EQ(found->result->hops[0].path, target_path);
}

TEST_F(ScriptedLookup, ReadTravelsWithTheLookup) {
  ScriptedPeer& first = peer();
  ScriptedPeer& second = peer();
  ScriptedPeer& third = peer();
  introduce(first);
  first.names = {second.handle(), third.handle()};
  second.record = ByteVector(300, std::byte{7});
  third.not_ready = true;
  const Key key = key_next_to(second);
  LookupOptions options;
  options.request = LookupRequest{wire::MessageType::get, wire::encode(wire::Get{key, 1}), wire::body_maximum_bytes};
  const auto found = overlay.lookup(asker, key, options);
  ASSERT_TRUE(found->ok());
  const auto& answers = found->result->answers;
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].node.id, second.id());
  const auto value = wire::decode_value(answers[0].body, overlay_parameters().puzzles);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->record, second.record);
  EXPECT_EQ(std::ranges::count(answers, wire::MessageType::not_ready, &LookupAnswer::type), 1);
  EXPECT_FALSE(asker.kademlia().contacts().find(third.id())) << "who does not serve stays out of the tables";
}

TEST_F(ScriptedLookup, SlowPeerIsHedgedAndNotWaitedForByItsPath) {
  ScriptedPeer& dead = peer();
  ScriptedPeer& alive = peer();
  introduce(dead);
  introduce(alive);
  dead.silent = true;
  LookupOptions options;
  options.disjoint_paths = 1;
  const auto found = overlay.lookup(asker, key_next_to(dead), options);
  ASSERT_TRUE(found->ok());
  EXPECT_EQ(found->ids(), std::vector<NodeId>{alive.id()});
  const auto& hops = found->result->hops;
  const auto second = std::ranges::find(hops, alive.id(), [](const LookupHop& hop) { return hop.node.id; });
  ASSERT_NE(second, hops.end());
  EXPECT_LE(second->started, 130ms) << "three round trips of 40 ms are late";
}

TEST_F(ScriptedLookup, DeadlineEndsItWithWhatItHas) {
  ScriptedPeer& alive = peer();
  ScriptedPeer& dead = peer();
  introduce(alive);
  introduce(dead);
  dead.silent = true;
  LookupOptions options;
  options.time_out = 100ms;
  const auto found = overlay.lookup(asker, key_next_to(dead), options);
  ASSERT_TRUE(found->failed_with(Errc::timed_out)) << "it must not pass as complete";
  ASSERT_EQ(found->result->answers.size(), 1U);
  EXPECT_EQ(found->result->answers[0].node.id, alive.id());
  EXPECT_EQ(found->result->took, 100ms);
  alive.silent = true;
  EXPECT_TRUE(overlay.lookup(asker, key_next_to(dead), options)->failed_with(Errc::timed_out));
}

// A machine that was away or busy runs all that is due in one go. A lookup that is cancelled in it is still at work,
// and ends with its last call and again with its deadline.
TEST_F(ScriptedLookup, CancelledOneMayEndMoreThanOnceBeforeItDies) {
  ScriptedPeer& only = peer();
  introduce(only);
  only.silent = true;
  TimerQueue& timers = asker.host().timers();
  for (Duration waited{0}; waited < 5s; waited += 100ms) {
    const auto cancelled = overlay.start_lookup(asker, overlay.random_key());
    overlay.network.run_for(waited);
    if (cancelled->done()) break;
    const Timer cancel = timers.after(Duration{0}, [&cancelled] { cancelled->operation.cancel(); });
    timers.advance_to(overlay.network.now() + 1min);
    EXPECT_FALSE(cancelled->done());
    overlay.network.run_for(1min);
  }
}

TEST_F(ScriptedLookup, FloodOfDeadNamesIsBounded) {
  ScriptedPeer& liar = peer();
  introduce(liar);
  // Identities that cost their puzzles, with nobody behind them; all nearer to nothing in particular.
  for (int i = 0; i < 24; ++i) {
    ChannelNode absent{overlay.network, address_of(5000 + static_cast<std::size_t>(i)), overlay.random().next()};
    liar.names.push_back(absent.handle());
    absent.stop();
  }
  const auto found = overlay.lookup(asker, overlay.random_key());
  ASSERT_TRUE(found->ok());
  EXPECT_EQ(found->ids(), std::vector<NodeId>{liar.id()});
  EXPECT_LE(found->result->contacts_asked(), lookup_calls_maximum);
  EXPECT_LE(liar.asked, 3);
}

TEST_F(ScriptedLookup, MalformedRequestsAreCountedAndRefused) {
  ScriptedPeer& broken = peer();
  int refused = 0;
  for (const wire::MessageType type : {wire::MessageType::ping, wire::MessageType::find_node}) {
    broken.channel()
        .call(asker.handle(), type, ByteVector(3, std::byte{0xff}), 32,
              [&refused](const Result<rpc::Answer>& answer) {
                ASSERT_TRUE(answer);
                refused += answer->type == wire::MessageType::refused ? 1 : 0;
              })
        .detach();
    overlay.network.run_for(1s);
  }
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(asker.channel().counters().requests_malformed, 2U);
}

TEST_F(ScriptedLookup, AddressMadeUpForAContactDoesNotDropIt) {
  ScriptedPeer& honest = peer();
  ScriptedPeer& liar = peer();
  introduce(honest);
  introduce(liar);
  asker.kademlia().start({});
  NodeHandle wrong = honest.handle();
  wrong.endpoints.assign(1, endpoint("10.66.6.6:666"));
  for (int i = 0; i < 4; ++i) {
    asker.channel()
        .call(wrong, wire::MessageType::ping, wire::encode(wire::Ping{true}), 32, [](Result<rpc::Answer>) {})
        .detach();
    overlay.network.run_for(5s);
  }
  const Contact* const contact = asker.kademlia().contacts().find(honest.id());
  ASSERT_NE(contact, nullptr);
  EXPECT_FALSE(contact->suspect());
  EXPECT_EQ(contact->node.endpoints.front(), honest.host().address());
}

TEST_F(ScriptedLookup, PeerThatStopsAnsweringIsDroppedAfterTwoChecks) {
  ScriptedPeer& dying = peer();
  introduce(dying);
  asker.kademlia().start({});
  dying.stop();
  EXPECT_TRUE(overlay.network.run_until([&] { return asker.kademlia().known_nodes() == 0; }, 90s));
}

TEST_F(ScriptedLookup, LookupsAtTheMaximumAreServedAndOneMoreIsNot) {
  introduce(peer());
  std::vector<std::shared_ptr<Found>> running;
  for (std::size_t i = 0; i < lookups_maximum; ++i)
    running.push_back(overlay.start_lookup(asker, overlay.random_key()));
  const auto refused = overlay.lookup(asker, overlay.random_key());
  EXPECT_TRUE(refused->failed_with(Errc::overloaded));
  overlay.network.run_for(2s);
  for (const auto& each : running) EXPECT_TRUE(each->ok());
  EXPECT_TRUE(overlay.lookup(asker, overlay.random_key())->ok());
}

}  // namespace
}  // namespace p2pns::kbr::test
