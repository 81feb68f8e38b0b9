#include "core/dht/withdrawal_sender.hpp"

#include <algorithm>

#include "tests/unit/dht/liar.hpp"

namespace p2pns::dht {
namespace {

/// Node 0 sends, the others answer as they are told.
class WithdrawalSenderTest : public testing::Test {
 protected:
  void send(const std::vector<std::size_t>& to, Callback<void(std::size_t)> told = nullptr) {
    std::vector<ReplicaTarget> targets;
    for (const std::size_t index : to) targets.push_back({overlay.node(index).handle(), false});
    sender.send(std::move(targets), withdrawal, std::move(told));
  }
  std::size_t sent_to(std::size_t index) {
    return static_cast<std::size_t>(std::ranges::count_if(overlay.network.captured(), [&](const test::Captured& sent) {
      return sent.to == overlay.node(index).host.address();
    }));
  }
  bool wait_until_done() {
    return overlay.network.run_until([this] { return sender.under_way() == 0; });
  }

  DhtOverlay overlay{0, 1, 5};
  Lies willing;
  Owner owner{overlay.random};
  SignedRecord withdrawal = sign(withdrawal_of(owner.binding("alice")), owner.signer, test_parameters());
  DhtNode& own = overlay.node(0);
  RecordVerifier records{own.verifier, own.network, own.wall_clock};
  Replica replica{{own.channel, own.routing, own.store, records, own.network, own.host.timers(), own.wall_clock}};
  ReplicaClient client{own.channel, replica, own.host.timers()};
  WithdrawalSender sender{client, own.host.timers()};
};

TEST_F(WithdrawalSenderTest, TellsWhenAllHaveAcknowledged) {
  for (std::size_t i = 1; i <= 3; ++i) tell_lies(overlay.node(i), willing);
  std::optional<std::size_t> told;
  send({1, 2, 3}, [&told](std::size_t count) { told = count; });
  EXPECT_FALSE(told);
  EXPECT_EQ(overlay.wait_for(told), 3U);
  EXPECT_EQ(sender.under_way(), 0U);
}

TEST_F(WithdrawalSenderTest, TellsSoonWhenAMajorityHasAndGoesOnWithTheRest) {
  for (std::size_t i = 1; i <= 2; ++i) tell_lies(overlay.node(i), willing);
  overlay.node(3).switch_off();
  const TimePoint start = overlay.network.now();
  std::optional<std::size_t> told;
  send({1, 2, 3}, [&told](std::size_t count) { told = count; });
  EXPECT_EQ(overlay.wait_for(told), 2U);
  EXPECT_LT(overlay.network.now() - start, 500ms);
  EXPECT_EQ(sender.under_way(), 1U);
  EXPECT_TRUE(wait_until_done());
  EXPECT_EQ(sent_to(3), static_cast<std::size_t>(withdrawal_tries * rpc::transmissions_per_address));
}

TEST_F(WithdrawalSenderTest, TriesAgainUntilTheReplicaHears) {
  overlay.node(1).switch_off();
  std::optional<std::size_t> told;
  send({1}, [&told](std::size_t count) { told = count; });
  ASSERT_TRUE(overlay.network.run_until([this] { return sent_to(1) == 2U * rpc::transmissions_per_address; }));
  EXPECT_FALSE(told);
  DhtNode& node = overlay.node(1);
  tell_lies(node, willing);
  node.host.on_datagram([&node](const Endpoint& from, Bytes bytes) { node.channel.on_datagram(from, bytes); });
  EXPECT_EQ(overlay.wait_for(told), 1U);
}

TEST_F(WithdrawalSenderTest, GivesUpAfterItsTries) {
  overlay.node(1).switch_off();
  std::optional<std::size_t> told;
  send({1}, [&told](std::size_t count) { told = count; });
  EXPECT_EQ(overlay.wait_for(told), 0U);
  EXPECT_EQ(sender.under_way(), 0U);
}

TEST_F(WithdrawalSenderTest, TellsLaterAlsoWhenThereIsNobodyToSendTo) {
  std::optional<std::size_t> told;
  send({}, [&told](std::size_t count) { told = count; });
  EXPECT_FALSE(told);
  EXPECT_EQ(overlay.wait_for(told), 0U);
}

TEST_F(WithdrawalSenderTest, HoldsSoManyAtOnce) {
  overlay.node(1).switch_off();
  for (std::size_t i = 1; i < withdrawals_under_way_maximum; ++i) send({1});
  std::optional<std::size_t> last;
  send({1}, [&last](std::size_t count) { last = count; });
  EXPECT_EQ(sender.under_way(), withdrawals_under_way_maximum);
  std::optional<std::size_t> above;
  send({1}, [&above](std::size_t count) { above = count; });
  EXPECT_EQ(sender.under_way(), withdrawals_under_way_maximum);
  overlay.network.run_for(1ms);
  EXPECT_EQ(above, 0U);
  EXPECT_FALSE(last);
  EXPECT_TRUE(wait_until_done());
  EXPECT_TRUE(last);
}

}  // namespace
}  // namespace p2pns::dht
