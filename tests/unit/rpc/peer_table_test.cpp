#include "core/rpc/peer_table.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_network.hpp"

namespace p2pns::rpc {
namespace {

using p2pns::test::endpoint;

wire::NodeHandle node(std::uint8_t number, std::uint8_t key = 0) {
  wire::NodeHandle handle;
  handle.id.value[0] = static_cast<std::byte>(number);
  handle.key.value[0] = static_cast<std::byte>(key == 0 ? number : key);
  handle.endpoints.push_back(endpoint("192.0.2.1:4000"));
  return handle;
}

wire::KeyFingerprint fingerprint(std::uint8_t number) { return wire::fingerprint_of(node(number).id); }

TEST(PeerTable, FindsWhatWasAdded) {
  PeerTable table;
  EXPECT_EQ(table.find(fingerprint(1)), nullptr);
  Peer* const added = table.add(node(1), {});
  ASSERT_NE(added, nullptr);
  EXPECT_EQ(table.add(node(1), {}), added);
  EXPECT_EQ(table.find(fingerprint(1)), added);
  table.remove(fingerprint(1));
  EXPECT_EQ(table.find(fingerprint(1)), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST(PeerTable, LeavesAnEntryAloneWhenAnotherKeyHasItsFingerprint) {
  PeerTable table;
  ASSERT_NE(table.add(node(1, 10), {}), nullptr);
  EXPECT_EQ(table.add(node(1, 11), {}), nullptr);
  EXPECT_EQ(table.find(fingerprint(1))->node.key, node(1, 10).key);
}

TEST(PeerTable, ForgetsTheLeastRecentlyUsedBeyondItsMaximum) {
  PeerTable table{3};
  for (const std::uint8_t number : {1, 2, 3}) ASSERT_NE(table.add(node(number), {}), nullptr);
  EXPECT_EQ(table.size(), 3U);
  ASSERT_NE(table.find(fingerprint(1)), nullptr);
  ASSERT_NE(table.add(node(4), {}), nullptr);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_NE(table.find(fingerprint(1)), nullptr);
  EXPECT_EQ(table.find(fingerprint(2)), nullptr);
}

TEST(PeerTable, RemembersWhenAReplayWindowWasLost) {
  PeerTable table{1};
  table.add(node(1), {});
  table.add(node(2), {});
  EXPECT_FALSE(table.windows_lost_at()) << "node 1 had sent no request";
  Peer* const second = table.find(fingerprint(2));
  ASSERT_TRUE(second->replay.accept(1, 1));
  second->last_request_at = TimePoint{std::chrono::seconds{9}};
  table.add(node(3), {});
  EXPECT_EQ(table.windows_lost_at(), TimePoint{std::chrono::seconds{9}});
}

TEST(PeerTable, NeverRepeatsACounterTowardsAForgottenPeer) {
  PeerTable table{1, 100};
  EXPECT_EQ(table.add(node(1), {})->next_counter, 100U);
  table.find(fingerprint(1))->next_counter = 250;
  EXPECT_EQ(table.add(node(2), {})->next_counter, 250U);
  EXPECT_EQ(table.add(node(1), {})->next_counter, 250U);
}

TEST(Peer, KeepsTheLatestTwoProvenAddresses) {
  Peer peer;
  const Endpoint first = endpoint("192.0.2.1:1"), second = endpoint("192.0.2.1:2"), third = endpoint("192.0.2.1:3");
  peer.prove(first);
  peer.prove(second);
  peer.prove(first);
  EXPECT_TRUE(peer.has_proven(first) && peer.has_proven(second));
  peer.prove(third);
  EXPECT_TRUE(peer.has_proven(first) && peer.has_proven(third));
  EXPECT_FALSE(peer.has_proven(second));
}

TEST(Peer, StaysSmallEnoughForAProcessWithAThousandNodes) { EXPECT_LE(sizeof(Peer), 600U); }

}  // namespace
}  // namespace p2pns::rpc
