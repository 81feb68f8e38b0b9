// How much one address block gets stored of records that cost nothing to make, by whichever message it sends them.
#include <algorithm>

#include "core/dht/record_form.hpp"
#include "core/dht/replication_server.hpp"
#include "tests/unit/dht/hip_samples.hpp"

namespace p2pns::dht {
namespace {

using wire::MessageType;

constexpr auto burst = static_cast<std::size_t>(weak_rate.burst);

crypto::NetworkParameters limited() {
  crypto::NetworkParameters parameters = test_parameters();
  parameters.exempt_private_blocks = false;
  return parameters;
}
SignedRecord hdrr_record() {
  const auto node = weak_node(1);
  return *sign(weak_statement(node, openhip_key(), openhip_hdrr()), node, test_parameters());
}
ByteVector handed_over(const SignedRecord& record) {
  return wire::encode(wire::HandOver{{{static_cast<std::uint8_t>(record.type), record.bytes}}});
}
ByteVector stored(const SignedRecord& record) {
  return wire::encode(wire::Store{static_cast<std::uint8_t>(record.type), record.bytes});
}

class HipLimits : public testing::Test {
 protected:
  HipLimits() : overlay(80, 4, 0, limited()) {
    overlay.start_replication();
    overlay.network.run_for(3s);
  }

  /// The nodes by their distance from where the record belongs.
  std::vector<DhtNode*> by_distance(const SignedRecord& record) {
    const Key position = *claimed_position(record);
    std::vector<DhtNode*> nodes;
    for (std::size_t i = 0; i < overlay.size(); ++i) nodes.push_back(&overlay.node(i));
    std::ranges::sort(nodes, [&position](const DhtNode* left, const DhtNode* right) {
      return closer(position, left->identity.node_id(), right->identity.node_id());
    });
    return nodes;
  }
  /// How many of so many requests at once were not refused.
  std::size_t served(DhtNode& from, DhtNode& to, MessageType type, const ByteVector& body, std::size_t count) {
    std::size_t answered = 0;
    std::vector<Operation> calls;
    for (std::size_t i = 0; i < count; ++i)
      calls.push_back(from.channel.call(to.handle(), type, body, wire::body_maximum_bytes,
                                        [&answered](const Result<rpc::Answer>& answer) {
                                          answered += answer && answer->type != MessageType::refused ? 1 : 0;
                                        }));
    overlay.network.run_for(20ms + 20ms);  // there and back: hardly a token more
    return answered;
  }
  /// As a node that has met the other one: one whose address is not proven gets small answers only.
  std::size_t served_after_meeting(DhtNode& from, DhtNode& to, MessageType type, const ByteVector& body,
                                   std::size_t count) {
    served(from, to, MessageType::pull_range, wire::encode(wire::PullRange{}), 1);
    return served(from, to, type, body, count);
  }

  DhtOverlay overlay;
};

TEST_F(HipLimits, AStrangerHandsOverNoMoreValuesThanHeMayStore) {
  const auto nodes = by_distance(hdrr_record());
  EXPECT_EQ(served_after_meeting(*nodes.back(), *nodes.front(), MessageType::hand_over, handed_over(hdrr_record()),
                                 burst + 20),
            burst);
}

TEST_F(HipLimits, AStrangerHandsOverNoMoreStatementsThanHeMayStore) {
  const SignedRecord record = Host{}.record();
  const auto nodes = by_distance(record);
  EXPECT_EQ(
      served_after_meeting(*nodes.back(), *nodes.front(), MessageType::hand_over, handed_over(record), burst + 20),
      burst);
}

TEST_F(HipLimits, StoringAndHandingOverTakeFromOneBudget) {
  const SignedRecord record = Host{}.record();
  const auto nodes = by_distance(record);
  EXPECT_EQ(served_after_meeting(*nodes.back(), *nodes.front(), MessageType::store, stored(record), burst - 1),
            burst - 1);
  EXPECT_EQ(served(*nodes.back(), *nodes.front(), MessageType::hand_over, handed_over(record), 3), 1U);
  EXPECT_EQ(served(*nodes.back(), *nodes.front(), MessageType::store, stored(record), 3), 0U);
}

TEST_F(HipLimits, StatementsAreStoredWithinTheLimitOfValues) {
  const SignedRecord record = Host{}.record();
  const auto nodes = by_distance(record);
  EXPECT_EQ(served_after_meeting(*nodes.back(), *nodes.front(), MessageType::store, stored(record), burst + 20), burst);
}

TEST_F(HipLimits, ASiblingHandsOverWhatItStores) {
  for (const SignedRecord& record : {hdrr_record(), Host{}.record()}) {
    const auto nodes = by_distance(record);
    EXPECT_EQ(served_after_meeting(*nodes[storing_nodes - 1], *nodes.front(), MessageType::hand_over,
                                   handed_over(record), burst + 20),
              burst + 20);
  }
}

TEST_F(HipLimits, NobodyIsASiblingOfWhatDoesNotBelongHere) {
  const SignedRecord record = Host{}.record();
  const auto nodes = by_distance(record);
  EXPECT_EQ(
      served_after_meeting(*nodes.front(), *nodes.back(), MessageType::hand_over, handed_over(record), burst + 20),
      burst);
}

}  // namespace
}  // namespace p2pns::dht
