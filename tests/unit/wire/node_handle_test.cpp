#include "core/wire/node_handle.hpp"

#include <gtest/gtest.h>

#include "tests/unit/wire/samples.hpp"

namespace p2pns::wire {
namespace {

using namespace test_samples;

Endpoint at(std::string_view text) { return *parse_endpoint(text); }

Result<NodeHandle> decode(Bytes bytes, const crypto::PuzzleDifficulty& difficulty = {0, 0}) {
  Reader in{bytes};
  NodeHandle node = read_contact(in, difficulty);
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return node;
}

ByteVector encode(const NodeHandle& node) {
  Writer out;
  write_contact(out, node);
  EXPECT_EQ(out.size(), contact_size_bytes(node));
  return std::move(out).take();
}

TEST(NodeHandle, DerivesItsIdFromTheKey) {
  EXPECT_EQ(to_hex(node_a().id.view()), "21fe31dfa154a261626bf854046fd2271b7bed4b");
  EXPECT_EQ(node_a().endpoints.size(), 1U);
}

TEST(NodeHandle, PutsThePreferredEndpointInFront) {
  NodeHandle node = make_node_handle({}, {}, at("192.0.2.1:1"));
  prefer_endpoint(node, at("192.0.2.2:1"));
  prefer_endpoint(node, at("192.0.2.3:1"));
  ASSERT_EQ(node.endpoints.size(), endpoints_per_node_maximum);
  EXPECT_EQ(node.endpoints[0], at("192.0.2.3:1"));
  EXPECT_EQ(node.endpoints[2], at("192.0.2.1:1"));
  prefer_endpoint(node, node.endpoints[2]);
  ASSERT_EQ(node.endpoints.size(), endpoints_per_node_maximum);
  EXPECT_EQ(node.endpoints[0], at("192.0.2.1:1"));
  EXPECT_EQ(node.endpoints[1], at("192.0.2.3:1"));
  prefer_endpoint(node, at("192.0.2.4:1"));
  ASSERT_EQ(node.endpoints.size(), endpoints_per_node_maximum);
  EXPECT_EQ(node.endpoints[0], at("192.0.2.4:1"));
  EXPECT_EQ(node.endpoints[2], at("192.0.2.3:1")) << "the last one is dropped";
}

TEST(NodeHandle, FillsAnEmptyListOfEndpoints) {
  NodeHandle node;
  prefer_endpoint(node, at("192.0.2.1:1"));
  EXPECT_EQ(node.endpoints.size(), 1U);
}

TEST(Contact, ReturnsFromTheWireAsItWas) {
  for (const NodeHandle& node : {node_a(), node_b(), node_c()}) {
    const auto decoded = decode(encode(node), sample_difficulty);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->id, node.id);
    EXPECT_EQ(decoded->key, node.key);
    EXPECT_EQ(decoded->puzzle, node.puzzle);
    EXPECT_EQ(decoded->endpoints, node.endpoints);
  }
}

TEST(Contact, CarriesTheFirstUsableAddressOfEachFamily) {
  NodeHandle node = make_node_handle({}, {}, at("[2001:db8::2]:2"));
  node.endpoints.push_back(at("0.0.0.0:7"));
  node.endpoints.push_back(at("192.0.2.9:9"));
  const auto decoded = decode(encode(node));
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->endpoints.size(), 2U);
  EXPECT_EQ(decoded->endpoints[0], at("192.0.2.9:9"));
  EXPECT_EQ(decoded->endpoints[1], at("[2001:db8::2]:2"));
}

TEST(Contact, HasTheDocumentedSizes) {
  EXPECT_EQ(contact_size_bytes(node_a()), 47U);
  EXPECT_EQ(contact_size_bytes(node_b()), 59U);
  EXPECT_EQ(contact_size_bytes(node_c()), 65U);
  EXPECT_EQ(contact_size_bytes(NodeHandle{}), 0U);
}

TEST(Contact, ChecksBothPuzzles) {
  const ByteVector good = encode(node_a());
  EXPECT_TRUE(decode(good, {crypto::static_puzzle_bits(node_a().key), 12}));
  EXPECT_EQ(decode(good, {crypto::static_puzzle_bits(node_a().key) + 1, 0}).error(), Errc::puzzle_unsolved);
  const int reached = crypto::dynamic_puzzle_bits(node_a().id, node_a().puzzle);
  EXPECT_EQ(decode(good, {0, reached + 1}).error(), Errc::puzzle_unsolved);
  ByteVector other_solution = good;
  other_solution[39] ^= std::byte{1};
  EXPECT_EQ(decode(other_solution, sample_difficulty).error(), Errc::puzzle_unsolved);
}

TEST(Contact, RefusesUnknownForms) {
  ByteVector bytes = encode(node_c());
  for (int form = 0; form < 256; ++form) {
    if (form == 4 || form == 6 || form == 10) continue;
    bytes[40] = static_cast<std::byte>(form);
    EXPECT_EQ(decode(bytes).error(), Errc::malformed) << form;
  }
}

TEST(Contact, RefusesAddressesNobodyCanHave) {
  for (const std::string_view text :
       {"0.0.0.0:4222", "0.1.2.3:4222", "255.255.255.255:4222", "224.0.0.1:4222", "239.255.255.255:4222", "192.0.2.1:0",
        "[::]:4222", "[ff02::1]:4222", "[::ffff:192.0.2.1]:4222", "[2001:db8::1]:0"}) {
    const Endpoint endpoint = at(text);
    EXPECT_FALSE(usable_on_wire(endpoint)) << text;
    Writer out;
    out.fixed(node_a().key).fixed(node_a().puzzle).u8(static_cast<std::uint8_t>(endpoint.address.family));
    out.bytes(endpoint.address.view()).u16(endpoint.port);
    EXPECT_EQ(decode(out.view()).error(), Errc::malformed) << text;
  }
}

TEST(Contact, TakesLoopbackAndPrivateAddressesAsTheyAre) {
  for (const std::string_view text : {"127.0.0.1:1", "10.0.0.1:65535", "192.168.1.1:2", "[::1]:3", "[fd00::1]:4"}) {
    const auto decoded = decode(encode(make_node_handle({}, {}, at(text))));
    ASSERT_TRUE(decoded) << text;
    EXPECT_EQ(to_string(decoded->endpoints.front()), text);
  }
}

TEST(Contact, NeedsAUsableAddress) {
  NodeHandle node = make_node_handle({}, {}, at("192.0.2.1:0"));
  EXPECT_FALSE(has_contact_form(node));
  EXPECT_FALSE(has_contact_form(NodeHandle{}));
  prefer_endpoint(node, at("192.0.2.1:1"));
  EXPECT_TRUE(has_contact_form(node));
}

}  // namespace
}  // namespace p2pns::wire
