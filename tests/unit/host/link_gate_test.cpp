#include "core/host/net/link_gate.hpp"

#include <gtest/gtest.h>

namespace p2pns::host {
namespace {

using namespace std::chrono_literals;
using link::EndReason;

Endpoint from(const std::string& address) { return *parse_endpoint(address, 40'000); }
/// The address number `i` of blocks that have nothing in common.
Endpoint elsewhere(std::size_t i) {
  return from("198." + std::to_string(18 + i / 256) + "." + std::to_string(i % 256) + ".1");
}

class LinkGateTest : public testing::Test {
 protected:
  /// Comes in and proves its key.
  std::optional<EndReason> enter_proven(const Endpoint& peer) {
    const auto reason = gate_.enter(peer, now_);
    if (!reason) gate_.on_proven();
    return reason;
  }
  TimePoint now_{1h};
  LinkGate gate_{{}, 7};
};

TEST_F(LinkGateTest, LetsSoManyHandshakesInAndNotOneMore) {
  for (std::size_t i = 0; i < handshakes_maximum; ++i) ASSERT_FALSE(gate_.enter(elsewhere(i), now_)) << i;
  EXPECT_EQ(gate_.enter(elsewhere(500), now_), EndReason::handshakes_full);
  gate_.leave(elsewhere(0), false);
  EXPECT_FALSE(gate_.enter(elsewhere(500), now_));
  gate_.on_proven();
  EXPECT_FALSE(gate_.enter(elsewhere(501), now_)) << "a link is no handshake any more";
}

TEST_F(LinkGateTest, LetsSoManyOfOneBlockInAndNotOneMore) {
  for (std::size_t i = 0; i < links_per_block_maximum; ++i)
    ASSERT_FALSE(enter_proven(from("192.0.2." + std::to_string(i)))) << i;
  EXPECT_EQ(enter_proven(from("192.0.2.200")), EndReason::block_full);
  EXPECT_FALSE(enter_proven(from("198.51.100.1"))) << "others are not harmed";
  gate_.leave(from("192.0.2.0"), true);
  EXPECT_FALSE(enter_proven(from("192.0.2.200")));
}

TEST_F(LinkGateTest, CountsBlocksOfIpv6By48Bits) {
  for (std::size_t i = 0; i < links_per_block_maximum; ++i)
    ASSERT_FALSE(enter_proven(from("2001:db8:1:" + std::to_string(i) + "::1")));
  EXPECT_EQ(enter_proven(from("2001:db8:1:ffff::1")), EndReason::block_full);
  EXPECT_FALSE(enter_proven(from("2001:db8:2::1")));
}

TEST_F(LinkGateTest, LimitsHowFastOneBlockComesBack) {
  const Endpoint peer = from("192.0.2.1");
  std::size_t entered = 0;
  for (; entered < 1000 && !enter_proven(peer); ++entered) gate_.leave(peer, true);
  EXPECT_EQ(entered, static_cast<std::size_t>(connections_per_block_burst));
  now_ += 1s;
  for (entered = 0; entered < 1000 && !enter_proven(peer); ++entered) gate_.leave(peer, true);
  EXPECT_EQ(entered, static_cast<std::size_t>(connections_per_block_and_second));
}

TEST_F(LinkGateTest, LimitsHowFastAllTogetherCome) {
  std::size_t entered = 0;
  for (; entered < 1000 && !enter_proven(elsewhere(entered)); ++entered) gate_.leave(elsewhere(entered), true);
  EXPECT_EQ(entered, static_cast<std::size_t>(connections_burst));
  now_ += 1s;
  std::size_t more = 0;
  for (; more < 1000 && !enter_proven(elsewhere(1000 + more)); ++more) gate_.leave(elsewhere(1000 + more), true);
  EXPECT_EQ(more, static_cast<std::size_t>(connections_per_second));
}

TEST_F(LinkGateTest, HasNoBlockForLoopbackNorForExemptPrivateRanges) {
  crypto::NetworkParameters network;
  network.exempt_private_blocks = true;
  LinkGate lan{network, 7};
  for (std::size_t i = 0; i < 2 * links_per_block_maximum; ++i) {
    EXPECT_FALSE(enter_proven(from("127.0.0.1")));
    EXPECT_FALSE(lan.enter(from("10.0.0.1"), now_));
    lan.on_proven();
  }
  for (std::size_t i = 0; i < links_per_block_maximum; ++i) EXPECT_FALSE(enter_proven(from("10.0.0.1")));
  EXPECT_EQ(enter_proven(from("10.0.0.1")), EndReason::block_full) << "private, and not exempt here";
}

}  // namespace
}  // namespace p2pns::host
