// The test vectors that docs/protocol.md quotes: tests/data/hip-record-vectors.txt, made by another implementation.
#include "core/dht/weak_record.hpp"
#include "tests/unit/dht/hip_samples.hpp"

namespace p2pns::dht {
namespace {

using test::fixed;
using test::hex;

const crypto::NetworkParameters network{"p2pns", {0, 0}, false};
constexpr UnixTime read_at{std::chrono::sys_days{std::chrono::year{2026} / 3 / 22} + std::chrono::hours{12}};
constexpr UnixTime not_after{std::chrono::sys_days{std::chrono::year{2026} / 3 / 25}};
const std::string file = P2PNS_TEST_DATA "/hip-record-vectors.txt";

crypto::KeyPair keys(std::string_view seed) { return crypto::KeyPair::from_seed(fixed<crypto::Seed>(seed)); }

test::Vectors made_here() {
  const auto host = keys("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const crypto::Identity node{keys("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), {}};
  HitStatement statement;
  statement.identity = {crypto::HostAlgorithm::eddsa, hex("0001")};
  statement.identity.bytes.insert(statement.identity.bytes.end(), host.public_key().value.begin(),
                                  host.public_key().value.end());
  statement.hit = *crypto::hit_of(statement.identity.algorithm, statement.identity.bytes);
  statement.sequence = 7;
  statement.not_after = not_after;
  statement.node = node.node_id();
  statement.locators = {*parse_ip_address("192.0.2.7"), *parse_ip_address("2001:db8::7")};
  const ByteVector content = hit_content(statement);
  const auto signature = host.sign(hit_signing_input(content, network));

  WeakStatement weak;
  weak.key = name_key();
  weak.node_key = node.public_key();
  weak.sequence = static_cast<std::uint64_t>((read_at - std::chrono::hours{1}).time_since_epoch().count());
  weak.not_after = not_after;
  weak.secret_hash = crypto::sha1(as_bytes("secret"));
  weak.value = hex("3b0414110000000020010021f45df33d25fcd9c3958806e300000000000000000000000000000000");
  WeakStatement gone = weak;
  ++gone.sequence;
  gone.secret_hash.reset();
  gone.value.clear();

  test::Vectors made;
  const auto add = [&made](const std::string& name, Bytes bytes) { made[name] = to_hex(bytes); };
  add("hit", statement.hit.view());
  add("det", crypto::det_of(statement.identity.algorithm, statement.identity.bytes, {16376, 10})->view());
  add("hit-key", crypto::hit_key_of(statement.hit).view());
  add("hit-position", hip_position(crypto::hit_key_of(statement.hit)).view());
  add("hit-statement-content", content);
  add("hit-statement", hit_record(content, signature.view()).bytes);
  add("weak-key", weak.key.view());
  add("weak-position", hip_position(weak.key).view());
  const ByteVector record = sign(weak, node, network)->bytes;
  add("weak-content", Bytes{record}.first(record.size() - crypto::Signature::size_bytes));
  add("weak", record);
  add("weak-taken-back", sign(gone, node, network)->bytes);
  return made;
}

TEST(HipVectors, AreWhatThisImplementationWrites) { EXPECT_EQ(made_here(), test::read_vectors(file)); }

TEST(HipVectors, Verify) {
  const auto vectors = test::read_vectors(file);
  for (const std::string name : {"hit-statement", "weak", "weak-taken-back"}) {
    const ByteVector bytes = hex(vectors.at(name));
    const auto record =
        verify({static_cast<RecordType>(bytes.front()), bytes}, crypto::SodiumVerifier{}, network, read_at);
    ASSERT_TRUE(record) << name << ": " << record.error().message();
    EXPECT_EQ(to_hex(record->key().view()), vectors.at(name == "hit-statement" ? "hit-position" : "weak-position"));
  }
}

TEST(HipVectors, AreQuotedInTheReferenceAsTheyAre) {
  const std::string page = test::content_of(P2PNS_TEST_DATA "/../../docs/protocol.md");
  EXPECT_NE(page.find("```\n" + test::content_of(file) + "```\n"), std::string::npos)
      << "docs/protocol.md quotes other vectors";
}

}  // namespace
}  // namespace p2pns::dht
