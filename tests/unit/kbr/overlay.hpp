// An overlay of real Kademlia nodes with real cryptography on the test network, for tests that join, lose and move
// nodes. The truth about who is nearest is known here, because the test knows all nodes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/kbr/kademlia.hpp"
#include "tests/support/null_log.hpp"
#include "tests/support/scripted_state.hpp"
#include "tests/support/test_network.hpp"

namespace p2pns::kbr::test {

using namespace std::chrono_literals;
using p2pns::test::announced_seed;
using p2pns::test::endpoint;
using p2pns::test::SeededRandom;
using p2pns::test::TestHost;
using p2pns::test::TestNetwork;

/// UTC when the test network starts: 22 March 2026, 12:00.
inline constexpr UnixTime wall_at_start{std::chrono::seconds{1'774'180'800}};

/// Solved at once; private addresses (those of the tests) count in no block.
crypto::NetworkParameters overlay_parameters();
crypto::Identity identity_from(Random&, const crypto::NetworkParameters&);
/// 10.x.y.1:4222; another /24 for every number.
Endpoint address_of(std::size_t number);
/// A handle with a random key: nobody is behind it.
NodeHandle stranger(SeededRandom&, const Endpoint& at);
NodeHandle stranger(SeededRandom&);

/// A channel on a host, with nothing on top: the ground for scripted peers and for nodes.
class ChannelNode {
 public:
  ChannelNode(TestNetwork&, const Endpoint& at, std::uint64_t seed);
  ~ChannelNode();
  void stop();
  /// A new channel with the same identity.
  void begin();
  NodeHandle handle() const;
  rpc::RpcChannel& channel() { return *channel_; }
  const NodeId& id() const { return identity_.node_id(); }
  TestHost& host() { return host_; }
  const crypto::Identity& identity() const { return identity_; }

 protected:
  TestNetwork& network_;
  TestHost& host_;
  SeededRandom random_;
  crypto::NetworkParameters parameters_;
  crypto::Identity identity_;
  crypto::SodiumSealer sealer_;
  p2pns::test::NullLog log_;
  std::optional<WallClock> wall_clock_;
  std::unique_ptr<rpc::RpcChannel> channel_;
};

class OverlayNode : public ChannelNode {
 public:
  OverlayNode(TestNetwork&, const Endpoint& at, std::uint64_t seed);
  ~OverlayNode();
  /// Gone without a word.
  void die();
  /// Begins anew with what it stored, and does nothing yet.
  void restart();
  bool alive() const { return kademlia_ != nullptr; }
  Kademlia& kademlia() { return *kademlia_; }
  const Kademlia& kademlia() const { return *kademlia_; }
  p2pns::test::ScriptedState& state() { return state_; }

 private:
  p2pns::test::ScriptedState state_;
  std::unique_ptr<Kademlia> kademlia_;
};

/// What became of a lookup.
struct Found {
  std::optional<LookupResult> result;
  Operation operation;
  bool done() const { return result.has_value(); }
  bool ok() const { return result && !result->error; }
  bool failed_with(Errc error) const { return result && result->error == error; }
  std::vector<NodeId> ids() const;
};

class Overlay {
 public:
  explicit Overlay(std::uint64_t seed) : network(seed), random_(seed) {}

  /// A node that knows nothing and does nothing yet.
  OverlayNode& add();
  /// `count` nodes, each `pause` after the one before, through a random earlier one.
  void grow(std::size_t count, Duration pause);
  /// Runs until all live nodes have joined; false when some have not within `limit`.
  bool wait_until_joined(Duration limit = 1min);

  std::shared_ptr<Found> start_lookup(OverlayNode& from, const Key&, const LookupOptions& = {});
  /// Runs until the lookup ends.
  std::shared_ptr<Found> lookup(OverlayNode& from, const Key&, const LookupOptions& = {});
  OverlayNode& any_alive();
  /// The true nearest live nodes.
  std::vector<NodeId> nearest(const Key&, std::size_t count) const;
  std::vector<NodeId> nearest_others(const NodeId&, std::size_t count) const;
  /// How many live nodes have not exactly the true `count` nearest in front of their sibling list.
  std::size_t wrong_neighbourhoods(std::size_t count) const;
  Key random_key() { return random_.value<Key>(); }
  SeededRandom& random() { return random_; }

  TestNetwork network;
  std::vector<std::unique_ptr<OverlayNode>> nodes;

 private:
  SeededRandom random_;
};

}  // namespace p2pns::kbr::test
