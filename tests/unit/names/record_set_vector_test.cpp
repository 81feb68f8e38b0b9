// The test vectors that docs/protocol.md quotes for record sets; made by another implementation.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>

#include "core/dht/binding.hpp"
#include "core/names/record_set.hpp"
#include "core/wire/message.hpp"
#include "tests/support/hex.hpp"

namespace p2pns::names {
namespace {

constexpr const char* vectors_path = P2PNS_TEST_DATA "/record-set-vectors.txt";

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

ByteVector vector_named(const std::string& wanted) {
  std::ifstream file{vectors_path};
  std::string line;
  std::string name;
  std::map<std::string, std::string> vectors;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const auto equals = line.find(" = ");
    if (line.front() != ' ') name = line.substr(0, equals);
    vectors[name] += line.front() == ' ' ? line.substr(2) : line.substr(equals + 3);
  }
  return p2pns::test::hex(vectors.at(wanted));
}

const UnixTime not_after{std::chrono::milliseconds{1'780'000'000'000}};
const crypto::NetworkParameters network;  // "p2pns"
const crypto::KeyPairSigner owner{crypto::KeyPair::from_seed(
    p2pns::test::fixed<crypto::Seed>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))};

RecordSet documented_set() {
  return {{NameKind::label, "p2p", "alice"},
          owner.public_key(),
          2,
          7,
          not_after,
          {{"", 1, 300, p2pns::test::hex("c0000201")},
           {"_sip._udp", 33, 3600, p2pns::test::hex("000a001413c405616c6963650370327000")},
           {"www", 28, 60, p2pns::test::hex("20010db8000000000000000000000001")}}};
}

TEST(RecordSetVector, IsWhatTheCodeWritesAndReads) {
  const ByteVector documented = vector_named("record-set");
  EXPECT_EQ(to_hex(*sign(documented_set(), owner, network)), to_hex(documented));
  const auto read = verify_record_set(documented, crypto::SodiumVerifier{}, network, not_after);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, documented_set());
}

TEST(RecordSetVector, IsSignedForAnotherPurposeWhenItIsPublished) {
  const ByteVector documented = vector_named("published-record-set");
  EXPECT_EQ(to_hex(sign_published(documented_set(), owner, network)->bytes), to_hex(documented));
  const auto read = verify_published(documented, crypto::SodiumVerifier{}, network, not_after);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, documented_set());
  // A replica reads as much of it as it needs.
  const auto record =
      dht::verify({dht::RecordType::record_set, documented}, crypto::SodiumVerifier{}, network, not_after);
  ASSERT_TRUE(record) << record.error().message();
  EXPECT_EQ(record->key(), dht::name_position("p2p", "alice", 0));
  EXPECT_EQ(record->owner(), owner.public_key());
  EXPECT_EQ(record->generation(), 2U);
  EXPECT_EQ(record->sequence(), 7U);
  EXPECT_EQ(record->not_after(), not_after);
}

TEST(RecordSetVector, TravelsInOwnerSays) {
  EXPECT_EQ(to_hex(encode(wire::OwnerSays{vector_named("record-set")})), to_hex(vector_named("owner-says")));
  EXPECT_EQ(to_hex(encode(wire::AskOwner{"alice.p2p"})), to_hex(vector_named("ask-owner")));
}

TEST(RecordSetVector, StandsInTheProtocolDocument) {
  const std::string page = content_of(P2PNS_TEST_DATA "/../../docs/protocol.md");
  EXPECT_NE(page.find("```\n" + content_of(vectors_path) + "```\n"), std::string::npos);
}

}  // namespace
}  // namespace p2pns::names
