// An owner that moves to another address and port: stage 2 follows, and no record of the DHT is touched. That is the
// point of resolving in two stages.
#include <atomic>
#include <future>
#include <gmock/gmock.h>

#include "apps/testnet/testnet.hpp"
#include "tests/support/null_log.hpp"

namespace p2pns::testnet {
namespace {

using names::NameAnswer;
using names::P2PName;

constexpr std::size_t node_count = 20;
constexpr std::size_t owner = 3;
constexpr std::chrono::seconds join_limit{90};

class AddressChange : public testing::Test {
 protected:
  void SetUp() override {
    config_.nodes = node_count;
    config_.port = 4322;
    config_.second_octet = 76;
    config_.node.network.network_id = "p2pns-move";
    config_.node.network.puzzles = {6, 6};
    config_.node.network.exempt_private_blocks = true;
    testnet_ = std::make_unique<Testnet>(config_, log_);
    ASSERT_EQ(testnet_->start(quiet_), "");
    ASSERT_TRUE(testnet_->wait_until_joined(join_limit, quiet_));
  }

  std::uint64_t dht_writes() {
    std::uint64_t writes = 0;
    for (std::size_t i = 0; i < node_count; ++i)
      testnet_->call(i, [&](host::NodeHost& host) { writes += host.names().status().dht_writes; });
    return writes;
  }

  bool register_at(std::size_t node, const P2PName& name) {
    std::promise<bool> done;
    testnet_->post(node, [&](host::NodeHost& host) {
      host.names()
          .register_name({name, {}},
                         [&](const Result<names::Receipt>& receipt) { done.set_value(receipt.has_value()); })
          .detach();
    });
    return done.get_future().get();
  }

  std::shared_ptr<const NameAnswer> resolve_at(std::size_t node, const P2PName& name, bool bypass_cache) {
    std::promise<std::shared_ptr<const NameAnswer>> done;
    testnet_->post(node, [&](host::NodeHost& host) {
      host.names()
          .resolve({name, bypass_cache}, [&](std::shared_ptr<const NameAnswer> answer) { done.set_value(answer); })
          .detach();
    });
    return done.get_future().get();
  }

  TestnetConfig config_;
  test::NullLog log_;
  Progress quiet_ = [](const std::string&) {};
  std::unique_ptr<Testnet> testnet_;
};

TEST_F(AddressChange, ResolversFollowWithoutAWriteToTheDht) {
  const P2PName name{names::NameKind::label, "p2p", "nomad"};
  const std::uint64_t before = dht_writes();
  ASSERT_TRUE(register_at(owner, name));
  const std::uint64_t registered = dht_writes();
  EXPECT_EQ(registered - before, kbr::siblings_per_key) << "a registration is written to the 16 replicas";
  for (const std::size_t reader : {0U, 7U, 19U}) {
    const auto answer = resolve_at(reader, name, false);
    ASSERT_EQ(answer->outcome, names::Outcome::found);
    EXPECT_EQ(answer->node->endpoints.front(), testnet_->endpoint(owner));
  }

  const Endpoint elsewhere = *parse_endpoint("127.76.200.9:4399");
  bool moved = false;
  testnet_->call(owner, [&](host::NodeHost& host) { moved = host.move_to(elsewhere).has_value(); });
  ASSERT_TRUE(moved);

  for (const std::size_t reader : {0U, 1U, 7U, 12U, 19U}) {
    const auto answer = resolve_at(reader, name, true);
    ASSERT_EQ(answer->outcome, names::Outcome::found) << "reader " << reader;
    EXPECT_EQ(answer->node->endpoints.front(), elsewhere) << "reader " << reader;
  }
  EXPECT_EQ(dht_writes(), registered) << "a new address is no business of the DHT";
}

}  // namespace
}  // namespace p2pns::testnet
