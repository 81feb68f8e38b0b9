#include "tests/unit/wire/samples.hpp"

#include "core/wire/replication_message.hpp"

namespace p2pns::wire::test_samples {

using test::fixed;
using test::hex;

namespace {

crypto::KeyPair keys(std::string_view seed) { return crypto::KeyPair::from_seed(fixed<crypto::Seed>(seed)); }

Endpoint endpoint(std::string_view text) {
  const auto parsed = parse_endpoint(text);
  if (!parsed) throw std::invalid_argument{std::string{text}};
  return *parsed;
}

const Endpoint v4_endpoint = endpoint("192.0.2.1:4222");
const Endpoint v6_endpoint = endpoint("[2001:db8::1]:4223");

// Encoders that need a size get one that never cuts.
template <class Message>
ByteVector encoded(const Message& message) {
  if constexpr (requires { encode(message, body_maximum_bytes); })
    return encode(message, body_maximum_bytes);
  else
    return encode(message);
}

template <class Message, class Decode>
Sample sample(std::string name, const Message& message, Decode decode) {
  return {std::move(name), encoded(message), [decode](Bytes bytes) -> Result<ByteVector> {
            const auto decoded = decode(bytes);
            if (!decoded) return decoded.error();
            return encoded(*decoded);
          }};
}

template <class Message>
auto with_puzzles(Result<Message> (*decode)(Bytes, const crypto::PuzzleDifficulty&),
                  const crypto::PuzzleDifficulty& difficulty) {
  return [decode, difficulty](Bytes bytes) { return decode(bytes, difficulty); };
}

}  // namespace

crypto::KeyPair keys_a() { return keys("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"); }
crypto::KeyPair keys_b() { return keys("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"); }

NodeHandle node_a() {
  return make_node_handle(keys_a().public_key(), fixed<crypto::PuzzleSolution>("00000000000002fa"), v4_endpoint);
}
NodeHandle node_b() {
  return make_node_handle(keys_b().public_key(), fixed<crypto::PuzzleSolution>("00000000000008a9"), v6_endpoint);
}
NodeHandle node_c() {
  const auto own = keys("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
  NodeHandle node = make_node_handle(own.public_key(), fixed<crypto::PuzzleSolution>("0000000000000976"), v4_endpoint);
  node.endpoints.push_back(v6_endpoint);
  return node;
}

NodeHandle numbered_node(std::uint16_t number, bool v4, bool v6) {
  crypto::PublicKey key;
  key.value[0] = static_cast<std::byte>(number >> 8);
  key.value[1] = static_cast<std::byte>(number & 0xffU);
  NodeHandle node = make_node_handle(key, {}, v4 ? v4_endpoint : v6_endpoint);
  if (v4 && v6) node.endpoints.push_back(v6_endpoint);
  return node;
}

crypto::Nonce nonce_a() { return fixed<crypto::Nonce>("a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7"); }
crypto::Nonce nonce_b() { return fixed<crypto::Nonce>("101112131415161718191a1b1c1d1e1f2021222324252627"); }
Cookie sample_cookie() { return fixed<Cookie>("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"); }
Retry sample_retry() {
  return {request_id_of(nonce_a()), sample_cookie(), {node_b().key, node_b().puzzle}, sample_time_ms};
}
Envelope sample_envelope() { return {request_id_of(nonce_a()), sample_time_ms, 1'727'999'000, 7}; }

std::vector<Sample> all_samples(const crypto::PuzzleDifficulty& difficulty) {
  const ByteVector record = hex("0102030405060708");
  const Key key = fixed<Key>("000102030405060708090a0b0c0d0e0f10111213");
  return {
      sample("ping", Ping{true}, decode_ping),
      sample("pong", Pong{true, v4_endpoint}, decode_pong),
      sample("pong-ipv6", Pong{false, v6_endpoint}, decode_pong),
      sample("pong-no-address", Pong{true, {}}, decode_pong),
      sample("find_node", FindNode{key, 16}, decode_find_node),
      sample("nodes", Nodes{{node_a(), node_b(), node_c()}}, with_puzzles(decode_nodes, difficulty)),
      sample("nodes-empty", Nodes{}, with_puzzles(decode_nodes, difficulty)),
      sample("get", Get{key, 1}, decode_get),
      sample("value", Value{record, {node_a()}}, with_puzzles(decode_value, difficulty)),
      sample("value-none", Value{}, with_puzzles(decode_value, difficulty)),
      sample("store", Store{1, record}, decode_store),
      sample("stored", Stored{StoreVerdict::stored, {}}, decode_stored),
      sample("stored-taken", Stored{StoreVerdict::taken, record}, decode_stored),
      sample("withdraw", Withdraw{record}, decode_withdraw),
      sample("withdrawn", Withdrawn{}, decode_withdrawn),
      sample("leave", Leave{}, decode_leave),
      sample("left", Left{}, decode_left),
      sample("pull_range", PullRange{key, {}, WirePlace{key, 1}, {1, 0xfedcba9876543210}}, decode_pull_range),
      sample("pull_range-start", PullRange{{}, key, {}, {}}, decode_pull_range),
      sample("range_page", RangePage{2, {{1, record}, {3, record}}, WirePlace{key, 3}}, decode_range_page),
      sample("range_page-end", RangePage{}, decode_range_page),
      sample("hand_over", HandOver{{{1, record}}}, decode_hand_over),
      sample("handed_over", HandedOver{{{StoreVerdict::stored, {}}, {StoreVerdict::stale, record}}},
             decode_handed_over),
      sample("offer", Offer{{{{key, 1}, 0xfedcba9876543210}}}, decode_offer),
      sample("offered", Offered{{OfferState::wanted, OfferState::held, OfferState::not_responsible}}, decode_offered),
      sample("compare_ranges", CompareRanges{{{{}, key, 7}}}, decode_compare_ranges),
      sample("compared", Compared{5}, decode_compared),
      sample("ask_owner", AskOwner{"alice.p2p"}, decode_ask_owner),
      sample("ask_owner-no-name", AskOwner{}, decode_ask_owner),
      sample("owner_says", OwnerSays{record}, decode_owner_says),
      sample("owner_says-nothing", OwnerSays{}, decode_owner_says),
      sample("not_ready", NotReady{}, decode_not_ready),
      sample("refused", Refused{RefusalReason::overloaded}, decode_refused),
      sample("retry", sample_retry(), decode_retry),
      sample("hello", Hello{}, decode_hello),
  };
}

}  // namespace p2pns::wire::test_samples
