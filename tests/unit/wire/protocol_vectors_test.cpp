// The test vectors that docs/protocol.md quotes: tests/data/protocol-vectors.txt, made by another implementation.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <set>

#include "tests/unit/wire/samples.hpp"

namespace p2pns::wire {
namespace {

using namespace test_samples;
using test::hex;

using Vectors = std::map<std::string, std::string>;

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

Vectors read_vectors() {
  std::ifstream file{P2PNS_TEST_DATA "/protocol-vectors.txt"};
  Vectors vectors;
  std::string line, name;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == ' ') {
      vectors[name] += line.substr(2);
      continue;
    }
    const auto equals = line.find(" =");
    name = line.substr(0, equals);
    vectors[name] = line.size() > equals + 3 ? line.substr(equals + 3) : "";
  }
  return vectors;
}

ClearHeader header(MessageType type, const NodeHandle& from, std::optional<NodeHandle> to) {
  ClearHeader result;
  result.type = type;
  result.network = crypto::fingerprint_of("p2pns");
  result.day = sample_day;
  result.sender = fingerprint_of(from.id);
  if (to) result.receiver = fingerprint_of(to->id);
  return result;
}

ByteVector joined(ByteVector left, Bytes right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

crypto::SealKey key_between(const crypto::KeyPair& sender, const crypto::KeyPair& receiver) {
  crypto::SodiumSealer sealer;
  const auto secret = sealer.agree(sender, receiver.public_key());
  return crypto::derive_seal_key(*secret, "p2pns", sender.public_key(), receiver.public_key(), sample_day);
}

ByteVector sealed_datagram(const ClearHeader& clear_header, const crypto::Nonce& nonce, const crypto::SealKey& key,
                           Bytes plain) {
  crypto::SodiumSealer sealer;
  ByteVector datagram = encode_clear(clear_header, nonce);
  sealer.seal(key, nonce, datagram, plain, datagram);
  return datagram;
}

ByteVector ping_datagram() {
  ClearHeader clear_header = header(MessageType::ping, node_a(), node_b());
  clear_header.introduction = Introduction{node_a().key, node_a().puzzle};
  clear_header.cookie = sample_cookie();
  const ByteVector plain = encode_plain(sample_envelope(), encode(Ping{true}), request_body_minimum_bytes);
  return sealed_datagram(clear_header, nonce_a(), key_between(keys_a(), keys_b()), plain);
}

ByteVector pong_datagram() {
  const Envelope envelope{request_id_of(nonce_a()), sample_time_ms + 20, 1'727'990'000, 9};
  const ByteVector body = encode(Pong{true, node_a().endpoints.front()});
  return sealed_datagram(header(MessageType::pong, node_b(), node_a()), nonce_b(), key_between(keys_b(), keys_a()),
                         encode_plain(envelope, body, 0));
}

ByteVector hello_datagram() {
  ClearHeader hello = header(MessageType::hello, node_a(), {});
  hello.introduction = Introduction{node_a().key, node_a().puzzle};
  return joined(encode_clear(hello, nonce_a()), encode(Hello{}));
}

// Name -> bytes, made by this implementation.
Vectors made_here() {
  Vectors made;
  const auto add = [&made](const std::string& name, Bytes bytes) { made[name] = to_hex(bytes); };
  for (const Sample& sample : all_samples())
    if (sample.name != "hello") add(sample.name, sample.encoded);
  for (const auto& [name, node] : {std::pair{"a", node_a()}, {"b", node_b()}, {"c", node_c()}}) {
    add(std::string{"key-"} + name, node.key.view());
    add(std::string{"node-id-"} + name, node.id.view());
    add(std::string{"puzzle-"} + name, node.puzzle.view());
  }
  crypto::SodiumSealer sealer;
  add("shared-secret", sealer.agree(keys_a(), keys_b().public_key())->view());
  add("seal-key-a-to-b", key_between(keys_a(), keys_b()).view());
  add("seal-key-b-to-a", key_between(keys_b(), keys_a()).view());
  const ByteVector empty_plain = encode_plain(sample_envelope(), {}, 0);
  add("envelope", Bytes{empty_plain}.first(envelope_bytes));
  add("hello-datagram", hello_datagram());
  add("retry-datagram",
      joined(encode_clear(header(MessageType::retry, node_b(), node_a()), nonce_b()), encode(sample_retry())));
  add("ping-datagram", ping_datagram());
  add("pong-datagram", pong_datagram());
  add("signing_input", crypto::signing_input("binding", "p2pns", hex("0102030405060708")));
  return made;
}

TEST(ProtocolVectors, AreWhatThisImplementationWrites) {
  const Vectors expected = read_vectors();
  ASSERT_GT(expected.size(), 30U);
  EXPECT_EQ(made_here(), expected);
}

TEST(ProtocolVectors, AreReadByTheDecoders) {
  const Vectors vectors = read_vectors();
  for (const Sample& sample : all_samples()) {
    if (sample.name == "hello") continue;  // stands in hello-datagram
    ASSERT_TRUE(vectors.contains(sample.name)) << sample.name;
    const ByteVector bytes = hex(vectors.at(sample.name));
    const auto again = sample.recode(bytes);
    ASSERT_TRUE(again) << sample.name;
    EXPECT_EQ(*again, bytes) << sample.name;
  }
}

TEST(ProtocolVectors, SealedDatagramsOpenToTheirMessages) {
  const ByteVector bytes = hex(read_vectors().at("ping-datagram"));
  const auto datagram = decode_datagram(bytes);
  ASSERT_TRUE(datagram);
  crypto::SodiumSealer sealer;
  const auto opened = sealer.open(key_between(keys_a(), keys_b()), datagram->nonce, datagram->clear, datagram->sealed);
  ASSERT_TRUE(opened);
  const auto plain = decode_plain(*opened);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->envelope.request, request_id_of(datagram->nonce));
  EXPECT_TRUE(decode_ping(plain->body)->joined);
}

TEST(ProtocolVectors, AreQuotedInTheReferenceAsTheyAre) {
  const std::string vectors = content_of(P2PNS_TEST_DATA "/protocol-vectors.txt");
  ASSERT_FALSE(vectors.empty());
  const std::string page = content_of(P2PNS_TEST_DATA "/../../docs/protocol.md");
  EXPECT_NE(page.find("```\n" + vectors + "```\n"), std::string::npos) << "docs/protocol.md quotes other vectors";
}

}  // namespace
}  // namespace p2pns::wire
