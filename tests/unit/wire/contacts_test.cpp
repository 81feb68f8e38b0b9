// Lists of contacts in NODES and VALUE: what fits, and what a liar may not put there.
#include <gtest/gtest.h>

#include "tests/unit/wire/samples.hpp"

namespace p2pns::wire {
namespace {

using namespace test_samples;

constexpr crypto::PuzzleDifficulty no_work{0, 0};

std::vector<NodeHandle> numbered_nodes(std::size_t count, bool v4, bool v6) {
  std::vector<NodeHandle> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back(numbered_node(static_cast<std::uint16_t>(i), v4, v6));
  return nodes;
}

// With the whole frame around them, sealed with a tag of 16 bytes.
std::size_t datagram_bytes(Bytes body) {
  return encode_clear({}, {}).size() + encode_plain({}, body, 0).size() + crypto::seal_tag_bytes;
}

std::size_t decoded_count(Bytes body) {
  const auto nodes = decode_nodes(body, no_work);
  EXPECT_TRUE(nodes);
  return nodes ? nodes->contacts.size() : 0;
}

// count contacts, written without the encoder's own limits.
ByteVector raw_nodes(const std::vector<NodeHandle>& nodes) {
  Writer out;
  out.u8(static_cast<std::uint8_t>(nodes.size()));
  for (const NodeHandle& node : nodes) write_contact(out, node);
  return std::move(out).take();
}

TEST(Nodes, TwentyFourIpv4ContactsFitIntoOneDatagram) {
  const ByteVector body = encode(Nodes{numbered_nodes(24, true, false)}, body_maximum_bytes);
  EXPECT_EQ(decoded_count(body), 24U);
  EXPECT_LE(datagram_bytes(body), datagram_maximum_bytes);
}

TEST(Nodes, SixteenDualStackContactsFitIntoOneDatagram) {
  const ByteVector body = encode(Nodes{numbered_nodes(16, true, true)}, body_maximum_bytes);
  EXPECT_EQ(decoded_count(body), 16U);
  EXPECT_LE(datagram_bytes(body), datagram_maximum_bytes);
}

TEST(Nodes, DropsTheFarthestContactsThatDoNotFit) {
  const Nodes nodes{numbered_nodes(24, true, true)};
  const ByteVector body = encode(nodes, body_maximum_bytes);
  const auto decoded = decode_nodes(body, no_work);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->contacts.size(), 17U);
  EXPECT_TRUE(std::equal(decoded->contacts.begin(), decoded->contacts.end(), nodes.contacts.begin()));
}

TEST(Nodes, UsesExactlyTheBytesGiven) {
  const Nodes nodes{numbered_nodes(3, true, false)};
  EXPECT_EQ(decoded_count(encode(nodes, 1 + 3 * 47)), 3U);
  EXPECT_EQ(decoded_count(encode(nodes, 3 * 47)), 2U);
  EXPECT_EQ(decoded_count(encode(nodes, 1 + 47)), 1U);
  EXPECT_EQ(decoded_count(encode(nodes, 47)), 0U);
  EXPECT_EQ(encode(nodes, 1).size(), 1U);
}

TEST(Nodes, SendsAtMostTwentyFourContacts) {
  for (const std::size_t count : {23U, 24U, 25U, 300U})
    EXPECT_EQ(decoded_count(encode(Nodes{numbered_nodes(count, true, false)}, 65'535)), std::min(count, 24UL));
}

TEST(Nodes, TakesTwentyFourContactsAndRefusesOneMore) {
  EXPECT_TRUE(decode_nodes(raw_nodes(numbered_nodes(23, true, false)), no_work));
  EXPECT_TRUE(decode_nodes(raw_nodes(numbered_nodes(24, true, false)), no_work));
  const auto too_many = decode_nodes(raw_nodes(numbered_nodes(25, true, false)), no_work);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error(), Errc::too_large);
}

TEST(Nodes, LeavesOutRepeatedAndUnreachableNodes) {
  std::vector<NodeHandle> nodes = numbered_nodes(2, true, false);
  nodes.push_back(nodes[0]);
  nodes.push_back(make_node_handle({{std::byte{9}}}, {}, *parse_endpoint("192.0.2.1:0")));
  nodes.push_back(numbered_node(7, false, true));
  const auto decoded = decode_nodes(encode(Nodes{nodes}, body_maximum_bytes), no_work);
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->contacts.size(), 3U);
  EXPECT_EQ(decoded->contacts[2], nodes[4]);
}

TEST(Nodes, RefusesANodeIdThatComesTwice) {
  std::vector<NodeHandle> nodes = numbered_nodes(3, true, false);
  NodeHandle elsewhere = nodes[0];
  elsewhere.endpoints[0].port = 1;
  nodes.push_back(elsewhere);
  const auto decoded = decode_nodes(raw_nodes(nodes), no_work);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error(), Errc::malformed);
}

TEST(Nodes, RefusesTheWholeAnswerWhenOnePuzzleIsUnsolved) {
  const ByteVector body = raw_nodes({node_a(), node_b(), numbered_node(1, true, false)});
  EXPECT_TRUE(decode_nodes(body, no_work));
  const auto decoded = decode_nodes(body, sample_difficulty);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error(), Errc::puzzle_unsolved);
}

TEST(Value, PutsAsManyContactsBehindTheRecordAsFit) {
  const Value value{ByteVector(record_maximum_bytes), numbered_nodes(24, true, false)};
  const ByteVector body = encode(value, body_maximum_bytes);
  EXPECT_LE(datagram_bytes(body), datagram_maximum_bytes);
  const auto decoded = decode_value(body, no_work);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->record, value.record);
  EXPECT_EQ(decoded->contacts.size(), 2U);
  const auto small = decode_value(encode(Value{ByteVector(10), value.contacts}, body_maximum_bytes), no_work);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->contacts.size(), 23U);
}

TEST(Value, ChecksItsContactsLikeNodes) {
  const auto body_with = [](const std::vector<NodeHandle>& nodes) {
    ByteVector body(2);
    const ByteVector list = raw_nodes(nodes);
    body.insert(body.end(), list.begin(), list.end());
    return body;
  };
  EXPECT_TRUE(decode_value(body_with(numbered_nodes(24, true, false)), no_work));
  EXPECT_EQ(decode_value(body_with(numbered_nodes(25, true, false)), no_work).error(), Errc::too_large);
  EXPECT_EQ(decode_value(body_with(numbered_nodes(1, true, false)), sample_difficulty).error(), Errc::puzzle_unsolved);
  const auto twice = body_with({node_a(), node_a()});
  EXPECT_EQ(decode_value(twice, no_work).error(), Errc::malformed);
}

}  // namespace
}  // namespace p2pns::wire
