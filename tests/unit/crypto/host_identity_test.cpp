#include "core/crypto/host_identity.hpp"

#include <gtest/gtest.h>

#include "core/crypto/hip_digest.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

namespace p2pns::crypto {
namespace {

using test::hex;

const test::Vectors& vectors() {
  static const auto read = test::read_vectors(P2PNS_TEST_DATA "/hip/host-identities.txt");
  return read;
}
HostAlgorithm algorithm_of(const std::string& name) {
  return static_cast<HostAlgorithm>(std::stoi(vectors().at(name + "-algorithm")));
}
ByteVector identity_of(const std::string& name) { return hex(vectors().at(name + "-identity")); }
Hit written_hit(const std::string& name) { return *parse_hit(vectors().at(name + "-hit")); }

/// Of RFC 3110: exponent 65537, and a modulus of so many bits.
ByteVector rsa_of(std::size_t bits) {
  ByteVector identity = hex("03010001");
  ByteVector modulus((bits + 7) / 8, std::byte{0xff});
  modulus.front() = static_cast<std::byte>(0xffU >> (8 * modulus.size() - bits));
  identity.insert(identity.end(), modulus.begin(), modulus.end());
  return identity;
}

TEST(HostIdentity, HitsOfRsaAndEdDsaAreThoseOfOpenHip) {
  for (const std::string name : {"rsa-1024", "rsa-2048", "ed25519"}) {
    const auto hit = hit_of(algorithm_of(name), identity_of(name));
    ASSERT_TRUE(hit) << name;
    EXPECT_EQ(to_text(*hit), vectors().at(name + "-hit")) << name;
    EXPECT_TRUE(belongs_to(written_hit(name), algorithm_of(name), identity_of(name))) << name;
  }
}

TEST(HostIdentity, WrongEcdsaHitsOfOpenHipAreRefused) {
  for (const std::string name : {"wrong-ecdsa-p256", "wrong-ecdsa-p384"}) {
    ASSERT_TRUE(signature_form(HostAlgorithm::ecdsa, identity_of(name))) << name;
    EXPECT_FALSE(belongs_to(written_hit(name), HostAlgorithm::ecdsa, identity_of(name))) << name;
    EXPECT_EQ(to_text(*hit_of(HostAlgorithm::ecdsa, identity_of(name))).substr(0, 8), "2001:22:") << name;
  }
}

TEST(HostIdentity, DripEntityTagsAreThoseOfRfc9886) {
  for (const std::string name : {"det-1", "det-2", "det-3"}) {
    const auto hda = static_cast<std::uint16_t>(std::stoi(vectors().at(name + "-hda")));
    const auto tag = det_of(HostAlgorithm::eddsa, identity_of(name), {16376, hda});
    ASSERT_TRUE(tag) << name;
    EXPECT_EQ(to_text(*tag), vectors().at(name + "-hit"));
    EXPECT_TRUE(belongs_to(*tag, HostAlgorithm::eddsa, identity_of(name)));
    EXPECT_NE(*det_of(HostAlgorithm::eddsa, identity_of(name), {16376, 11}), *tag);
  }
}

TEST(HostIdentity, HitOfAnotherKeyDoesNotBelongToIt) {
  EXPECT_FALSE(belongs_to(written_hit("rsa-1024"), HostAlgorithm::rsa, identity_of("rsa-2048")));
  EXPECT_FALSE(belongs_to(written_hit("det-1"), HostAlgorithm::eddsa, identity_of("det-2")));
  EXPECT_FALSE(belongs_to(written_hit("ed25519"), HostAlgorithm::rsa, identity_of("ed25519")));
  EXPECT_FALSE(belongs_to(Hit{}, HostAlgorithm::eddsa, identity_of("ed25519")));
}

// RFC 4843: no vector is known, so the bits are counted here once more, one by one.
TEST(HostIdentity, HitOfTheFirstVersionIsTheMiddleOfSha1) {
  const ByteVector identity = identity_of("rsa-1024");
  const auto hit = hit_v1_of(HostAlgorithm::rsa, identity);
  ASSERT_TRUE(hit);
  const ByteVector context = hex("f0eff02fbff43d0fe7930c3c6e6174ea");
  const Sha1Digest digest = sha1({Bytes{context}, Bytes{identity}});
  const auto bit = [](Bytes bytes, std::size_t i) {
    return (std::to_integer<unsigned>(bytes[i / 8]) >> (7 - i % 8) & 1U) != 0;
  };
  EXPECT_EQ(kind_of(*hit), HitKind::hip_v1);
  for (std::size_t i = 0; i < 100; ++i) ASSERT_EQ(bit(hit->view(), 28 + i), bit(digest.view(), 30 + i)) << i;
  EXPECT_TRUE(belongs_to(*hit, HostAlgorithm::rsa, identity));
}

TEST(HostIdentity, SizesOfRsaKeys) {
  const auto form = [](std::size_t bits) { return signature_form(HostAlgorithm::rsa, rsa_of(bits)); };
  EXPECT_EQ(form(rsa_bits_minimum - 1).error(), Errc::bad_key);
  EXPECT_EQ(form(rsa_bits_minimum)->signature_bytes, 128U);
  EXPECT_EQ(form(rsa_bits_maximum)->signature_bytes, 384U);
  EXPECT_EQ(form(rsa_bits_maximum)->algorithm, Algorithm::rsa_sha256);
  EXPECT_EQ(form(rsa_bits_maximum + 1).error(), Errc::too_large);
  EXPECT_EQ(rsa_bits({HostAlgorithm::rsa, rsa_of(2047)}), 2047U);
  EXPECT_EQ(rsa_bits({HostAlgorithm::eddsa, identity_of("ed25519")}), 0U);
}

TEST(HostIdentity, EveryKeyHasOneEncoding) {
  const auto refused = [](HostAlgorithm algorithm, const ByteVector& identity) {
    return signature_form(algorithm, identity).error();
  };
  ByteVector long_length = rsa_of(2048);
  long_length.insert(long_length.begin(), {std::byte{0}, std::byte{0}});
  EXPECT_EQ(refused(HostAlgorithm::rsa, long_length), Errc::malformed);
  ByteVector leading_zero = rsa_of(2048);
  leading_zero[0] = std::byte{4};
  leading_zero.insert(leading_zero.begin() + 1, std::byte{0});
  EXPECT_EQ(refused(HostAlgorithm::rsa, leading_zero), Errc::malformed);
  ByteVector even = rsa_of(2048);
  even.back() = std::byte{0xfe};
  EXPECT_EQ(refused(HostAlgorithm::rsa, even), Errc::malformed);
  EXPECT_EQ(refused(HostAlgorithm::rsa, hex("0101")), Errc::truncated);
  EXPECT_EQ(refused(HostAlgorithm::rsa, {}), Errc::truncated);
  EXPECT_EQ(refused(HostAlgorithm::eddsa, hex("0001aa")), Errc::malformed);
  EXPECT_EQ(refused(HostAlgorithm::eddsa, hex("0003aa")), Errc::unsupported);
  ByteVector compressed = identity_of("wrong-ecdsa-p256");
  compressed[2] = std::byte{2};
  EXPECT_EQ(refused(HostAlgorithm::ecdsa, compressed), Errc::malformed);
  EXPECT_EQ(refused(HostAlgorithm::ecdsa, hex("000304")), Errc::unsupported);
  EXPECT_EQ(refused(static_cast<HostAlgorithm>(3), hex("00")), Errc::unsupported);
}

TEST(HostIdentity, RegistriesHaveFourteenBits) {
  const ByteVector key = identity_of("det-1");
  EXPECT_TRUE(det_of(HostAlgorithm::eddsa, key, {registry_maximum, registry_maximum}));
  EXPECT_EQ(det_of(HostAlgorithm::eddsa, key, {registry_maximum + 1, 0}).error(), Errc::too_large);
  EXPECT_EQ(det_of(HostAlgorithm::eddsa, key, {0, registry_maximum + 1}).error(), Errc::too_large);
  EXPECT_EQ(det_of(HostAlgorithm::rsa, rsa_of(2048), {0, 0}).error(), Errc::unsupported);
}

TEST(HipDigest, Sha1AndSha384AreTheKnownOnes) {
  EXPECT_EQ(to_hex(sha1(as_bytes("abc")).view()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha384({as_bytes("a"), as_bytes("bc")}).view()).substr(0, 32), "cb00753f45a35e8bb5a03d699ac65007");
}

// NIST SP 800-185, cSHAKE sample #1.
TEST(HipDigest, CshakeIsNists) {
  std::array<std::byte, 32> output{};
  cshake128({hex("00010203")}, as_bytes("Email Signature"), output);
  EXPECT_EQ(to_hex(output), "c1c36925b6409a04f1b504fcbca9d82b4017277cb5ed2b2065fc1d3814d5aaf5");
}

}  // namespace
}  // namespace p2pns::crypto
