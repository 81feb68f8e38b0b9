#include "core/crypto/host_key.hpp"

#include <gtest/gtest.h>

#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

namespace p2pns::crypto {
namespace {

Result<HostKey> read_key(const std::string& name) {
  return HostKey::from_pem(test::content_of(P2PNS_TEST_DATA "/hip/" + name + ".pem"));
}

bool check(const HostKey& key, Bytes message, Bytes signature) {
  const auto& [algorithm, bytes] = key.identity();
  const auto form = signature_form(algorithm, bytes);
  Bytes public_key = bytes;
  if (form->algorithm == Algorithm::ed25519) public_key = public_key.last(PublicKey::size_bytes);
  return SodiumVerifier{}.check(form->algorithm, public_key, message, signature);
}

class EveryKey : public testing::TestWithParam<const char*> {};

TEST_P(EveryKey, SignsWhatTheVerifierTakesAndNothingElse) {
  const auto key = read_key(GetParam());
  ASSERT_TRUE(key) << key.error().message();
  auto signature = key->sign(as_bytes("message"));
  ASSERT_TRUE(signature);
  EXPECT_TRUE(check(*key, as_bytes("message"), *signature));
  EXPECT_FALSE(check(*key, as_bytes("messagf"), *signature));
  EXPECT_FALSE(check(*key, as_bytes("message"), Bytes{*signature}.first(signature->size() - 1)));
  signature->push_back(std::byte{0});
  EXPECT_FALSE(check(*key, as_bytes("message"), *signature));
  signature->pop_back();
  signature->front() ^= std::byte{1};
  EXPECT_FALSE(check(*key, as_bytes("message"), *signature));
}

TEST_P(EveryKey, HasAHit) {
  const auto key = read_key(GetParam());
  ASSERT_TRUE(key);
  const auto hit = hit_of(key->identity().algorithm, key->identity().bytes);
  ASSERT_TRUE(hit);
  EXPECT_TRUE(belongs_to(*hit, key->identity().algorithm, key->identity().bytes));
}

INSTANTIATE_TEST_SUITE_P(HostKey, EveryKey,
                         testing::Values("rsa-1024", "rsa-2048", "rsa-3072", "p256", "p384", "ed25519"));

TEST(HostKey, OthersAreRefused) {
  EXPECT_EQ(read_key("rsa-4096").error(), Errc::too_large);
  EXPECT_EQ(read_key("p521").error(), Errc::unsupported);
  EXPECT_EQ(HostKey::from_pem("").error(), Errc::malformed);
  EXPECT_EQ(HostKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").error(),
            Errc::malformed);
}

TEST(HostSignature, KeysThatAreNoneAreRefused) {
  const SodiumVerifier verifier;
  const ByteVector nothing;
  for (const Algorithm algorithm :
       {Algorithm::rsa_sha256, Algorithm::rsa_sha1, Algorithm::rsa_openhip, Algorithm::ecdsa_p256_sha256,
        Algorithm::ecdsa_p384_sha384, static_cast<Algorithm>(99)}) {
    EXPECT_FALSE(verifier.check(algorithm, nothing, as_bytes("m"), nothing));
    EXPECT_FALSE(verifier.check(algorithm, test::hex("0000"), as_bytes("m"), test::hex("00")));
  }
}

TEST(HostSignature, APointThatIsNotOnTheCurveIsNoKey) {
  const auto key = read_key("p256");
  const auto signature = key->sign(as_bytes("m"));
  ByteVector identity = key->identity().bytes;
  identity.back() ^= std::byte{1};
  EXPECT_FALSE(SodiumVerifier{}.check(Algorithm::ecdsa_p256_sha256, identity, as_bytes("m"), *signature));
}

TEST(HostSignature, AnAlgorithmDoesNotTakeTheSignatureOfAnother) {
  const auto key = read_key("rsa-2048");
  const auto signature = key->sign(as_bytes("m"));
  EXPECT_FALSE(SodiumVerifier{}.check(Algorithm::rsa_sha1, key->identity().bytes, as_bytes("m"), *signature));
  EXPECT_FALSE(SodiumVerifier{}.check(Algorithm::rsa_openhip, key->identity().bytes, as_bytes("m"), *signature));
}

}  // namespace
}  // namespace p2pns::crypto
