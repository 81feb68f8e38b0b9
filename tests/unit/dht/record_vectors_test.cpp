// The test vectors that docs/protocol.md quotes: tests/data/record-vectors.txt, made by another implementation.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>

#include "core/dht/binding.hpp"
#include "tests/support/hex.hpp"

namespace p2pns::dht {
namespace {

using test::fixed;
using test::hex;
using Vectors = std::map<std::string, std::string>;

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

Vectors read_vectors() {
  std::ifstream file{P2PNS_TEST_DATA "/record-vectors.txt"};
  Vectors vectors;
  std::string line;
  std::string name;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == ' ') {
      vectors[name] += line.substr(2);
      continue;
    }
    const auto equals = line.find(" = ");
    name = line.substr(0, equals);
    vectors[name] = line.substr(equals + 3);
  }
  return vectors;
}

crypto::KeyPair keys(std::string_view seed) { return crypto::KeyPair::from_seed(fixed<crypto::Seed>(seed)); }

Vectors made_here() {
  // RFC 8032, 7.1, TEST 1 and 2.
  const auto owner = keys("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const auto node = keys("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const crypto::KeyPairSigner signer{owner};
  const UnixTime not_after{std::chrono::sys_days{std::chrono::year{2026} / 3 / 31}};
  const Binding binding{"p2p", "alice", owner.public_key(), crypto::node_id_of(node.public_key()), 1, 7, not_after};
  const Withdrawal withdrawal{"p2p", "alice", owner.public_key(), 1, 7, not_after};
  Vectors made;
  const auto add_record = [&made](const std::string& name, Bytes record) {
    made[name] = to_hex(record);
    made[name + "-content"] = to_hex(record.first(record.size() - crypto::Signature::size_bytes));
  };
  made["position-0"] = to_hex(name_position("p2p", "alice", 0).view());
  made["position-3"] = to_hex(name_position("p2p", "alice", 3).view());
  add_record("binding", sign(binding, signer, {}).bytes);
  add_record("withdrawal", sign(withdrawal, signer, {}).bytes);
  return made;
}

TEST(RecordVectors, AreWhatThisImplementationWrites) {
  Vectors expected = read_vectors();
  ASSERT_EQ(expected.size(), 11U);
  std::erase_if(expected, [](const auto& vector) { return vector.first.starts_with("refused-"); });
  EXPECT_EQ(made_here(), expected);
}

TEST(RecordVectors, AreRefusedForTheirNamesThoughTheirOwnerSignedThem) {
  const auto owner = keys("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const UnixTime now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
  std::size_t refused = 0;
  for (const auto& [name, text] : read_vectors()) {
    if (!name.starts_with("refused-")) continue;
    ++refused;
    const ByteVector record = hex(text);
    const Bytes content = Bytes{record}.first(record.size() - crypto::Signature::size_bytes);
    const bool withdrawal = name == "refused-withdrawal";
    const auto input = crypto::signing_input(withdrawal ? "withdrawal v1" : "binding v1", "p2pns", content);
    const Bytes signature = Bytes{record}.last(crypto::Signature::size_bytes);
    EXPECT_TRUE(crypto::SodiumVerifier{}.check(crypto::Algorithm::ed25519, owner.public_key().view(), input, signature))
        << name;
    const RecordType type = withdrawal ? RecordType::withdrawal : RecordType::binding;
    EXPECT_EQ(verify({type, record}, crypto::SodiumVerifier{}, {}, now).error(), Errc::malformed) << name;
  }
  EXPECT_EQ(refused, 5U);
}

TEST(RecordVectors, Verify) {
  const Vectors vectors = read_vectors();
  const UnixTime now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
  for (const auto& [name, type] : {std::pair{"binding", RecordType::binding}, {"withdrawal", RecordType::withdrawal}}) {
    const auto record = verify({type, hex(vectors.at(name))}, crypto::SodiumVerifier{}, {}, now);
    ASSERT_TRUE(record) << name;
    EXPECT_EQ(to_hex(record->key().view()), vectors.at("position-0"));
    EXPECT_EQ(record->generation(), 1U);
    EXPECT_EQ(record->sequence(), 7U);
  }
}

TEST(RecordVectors, AreQuotedInTheReferenceAsTheyAre) {
  const std::string vectors = content_of(P2PNS_TEST_DATA "/record-vectors.txt");
  ASSERT_FALSE(vectors.empty());
  const std::string page = content_of(P2PNS_TEST_DATA "/../../docs/protocol.md");
  EXPECT_NE(page.find("```\n" + vectors + "```\n"), std::string::npos) << "docs/protocol.md quotes other vectors";
}

}  // namespace
}  // namespace p2pns::dht
