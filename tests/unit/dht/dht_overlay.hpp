// An overlay of DHT nodes over real channels in one in-memory network; every node knows every other one. A node can be
// switched off, and its replica can be replaced by a scripted liar.
#pragma once

#include <gtest/gtest.h>

#include "core/dht/kbr_dht.hpp"
#include "core/store/memory_record_store.hpp"
#include "tests/support/complete_routing.hpp"
#include "tests/support/null_log.hpp"
#include "tests/support/test_network.hpp"

namespace p2pns::dht {

using namespace std::chrono_literals;

inline constexpr UnixTime test_wall{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

inline crypto::NetworkParameters test_parameters() { return {"test", {0, 0}, true}; }

/// An owner of names with a key of its own.
struct Owner {
  explicit Owner(Random& random) : keys(crypto::KeyPair::generate(random)), signer(keys) {}
  Binding binding(std::string label, std::uint64_t sequence = 1) const {
    return {"p2p", std::move(label), keys.public_key(), {}, 0, sequence, test_wall + std::chrono::days{30}};
  }
  crypto::KeyPair keys;
  crypto::KeyPairSigner signer;
};

struct DhtNode {
  DhtNode(test::TestHost&, Random&, const crypto::NetworkParameters&);
  wire::NodeHandle handle() const {
    return wire::make_node_handle(identity.public_key(), identity.puzzle(), host.address());
  }
  /// Off: datagrams to it vanish.
  void switch_off() {
    host.on_datagram(nullptr);
    on = false;
  }
  void switch_on();

  crypto::NetworkParameters network;
  crypto::Identity identity;
  test::TestHost& host;
  Random& random;
  WallClock wall_clock;
  crypto::SodiumSealer sealer;
  crypto::SodiumVerifier verifier;
  test::NullLog log;
  rpc::RpcChannel channel;
  test::CompleteRouting routing;
  store::MemoryRecordStore store;
  std::unique_ptr<KbrDht> dht;  // none at a liar
  bool on = true;
};

class DhtOverlay {
 public:
  explicit DhtOverlay(std::size_t nodes, std::uint64_t seed = 1, std::size_t liars = 0,
                      crypto::NetworkParameters = test_parameters());

  /// One more node that nobody knows yet and that has not joined; a liar has no replica.
  DhtNode& add_node(bool liar = false);
  /// All nodes that are on know each other from now on, and only those.
  void introduce();
  /// From now on all nodes pull, repair and compare.
  void start_replication();
  DhtNode& node(std::size_t index) { return *nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }
  /// The nodes nearest to a name, nearest first.
  std::vector<DhtNode*> replicas_of(std::string_view label, std::size_t count = kbr::siblings_per_key);
  /// Nodes that store this owner's binding of the name.
  std::size_t holders(std::string_view label, const Owner&);
  std::uint64_t writes() const;

  Result<PutReceipt> claim(std::size_t at, const Binding&, const Owner&);
  Result<PutReceipt> renew(std::size_t at, const Binding&, const Owner&);
  Result<Tally> release(std::size_t at, const Binding&, const Owner&);
  ReadResult get(std::size_t at, std::string_view label);
  /// Until no operation and no withdrawal is under way.
  void settle();

  /// Runs the network until `value` is set; a test that waits for ever fails here.
  template <class T>
  T wait_for(std::optional<T>& value) {
    EXPECT_TRUE(network.run_until([&value] { return value.has_value(); }, std::chrono::minutes{2}));
    return std::move(value.value());
  }

  test::SeededRandom random;
  test::TestNetwork network;

 private:
  crypto::NetworkParameters parameters_;
  std::vector<std::unique_ptr<DhtNode>> nodes_;
};

/// What the owner would send.
SignedRecord sign(const Binding&, const Owner&);
/// A record that verifies at test_wall (asserted).
VerifiedRecord verified(const Binding&, const Owner&);
VerifiedRecord verified(const Withdrawal&, const Owner&);
Withdrawal withdrawal_of(const Binding&);

}  // namespace p2pns::dht
