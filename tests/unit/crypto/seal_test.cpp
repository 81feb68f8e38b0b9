#include "core/crypto/seal.hpp"

#include <gtest/gtest.h>
#include <set>

#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::crypto {
namespace {

using test::fixed;
using test::hex;

KeyPair alice() {
  return KeyPair::from_seed(fixed<Seed>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
}
KeyPair bob() {
  return KeyPair::from_seed(fixed<Seed>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
}

// Calculated with an independent implementation of RFC 7748's ladder (itself checked with the vectors of section 5.2)
// on u = (1 + y) / (1 - y) of RFC 8032's keys 1 and 2.
TEST(Agree, GivesTheX25519SecretOfBothKeys) {
  SodiumSealer sealer;
  const auto one = sealer.agree(alice(), bob().public_key());
  const auto other = sealer.agree(bob(), alice().public_key());
  ASSERT_TRUE(one && other);
  EXPECT_EQ(to_hex(one->view()), "5166f24a6918368e2af831a4affadd97af0ac326bdf143596c045967cc00230e");
  EXPECT_EQ(*one, *other);
}

TEST(Agree, RefusesPointsOfSmallOrder) {
  SodiumSealer sealer;
  for (const std::string_view point : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0000000000000000000000000000000000000000000000000000000000000080",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000080",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
       }) {
    const auto secret = sealer.agree(alice(), fixed<PublicKey>(point));
    ASSERT_FALSE(secret) << point;
    EXPECT_EQ(secret.error(), Errc::bad_key);
  }
}

TEST(Agree, RefusesEverySecondEncodingOfAPoint) {
  SodiumSealer sealer;
  auto key = fixed<PublicKey>("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
  for (int low = 0xed; low <= 0xff; ++low)
    for (const int high : {0x7f, 0xff}) {
      key.value[0] = static_cast<std::byte>(low);
      key.value[31] = static_cast<std::byte>(high);
      EXPECT_FALSE(sealer.agree(alice(), key)) << to_hex(key.view());
    }
}

TEST(Agree, RefusesPointsOffTheCurveOrOfMixedOrder) {
  SodiumSealer sealer;
  const auto off_curve = fixed<PublicKey>("0200000000000000000000000000000000000000000000000000000000000000");
  // Key 1 of RFC 8032 plus a point of order 8.
  const auto mixed = fixed<PublicKey>("3b5b475c4b82dd1572799fc546f4c6c03e478c6654aa4c7f945b347ea32af60d");
  EXPECT_EQ(sealer.agree(alice(), off_curve).error(), Errc::bad_key);
  EXPECT_EQ(sealer.agree(alice(), mixed).error(), Errc::bad_key);
}

// Calculated with an independent implementation of HKDF.
TEST(SealKey, HasTheDocumentedDerivation) {
  SodiumSealer sealer;
  const auto secret = sealer.agree(alice(), bob().public_key());
  ASSERT_TRUE(secret);
  EXPECT_EQ(to_hex(derive_seal_key(*secret, "p2pns", alice().public_key(), bob().public_key(), 20'000).view()),
            "b21e2a36d857eee1779b75ad7c778832a518bf3d96e1fc92fca6e9d8334cfe78");
}

TEST(SealKey, DiffersByDirectionDayNetworkAndSecret) {
  const SharedSecret secret{}, other_secret{{std::byte{1}}};
  const PublicKey a = alice().public_key(), b = bob().public_key();
  const std::set<SealKey> keys{
      derive_seal_key(secret, "p2pns", a, b, 1),       derive_seal_key(secret, "p2pns", b, a, 1),
      derive_seal_key(secret, "p2pns", a, b, 2),       derive_seal_key(secret, "p2pns", a, b, 256),
      derive_seal_key(secret, "p2pns2", a, b, 1),      derive_seal_key(secret, "", a, b, 1),
      derive_seal_key(other_secret, "p2pns", a, b, 1),
  };
  EXPECT_EQ(keys.size(), 7U);
}

class Seal : public testing::Test {
 protected:
  static constexpr std::size_t header_bytes = 52;
  SodiumSealer sealer_;
  test::SeededRandom random_{42};
  SealKey key_ = random_.value<SealKey>();
  Nonce nonce_ = random_.value<Nonce>();
  ByteVector header_ = random_.bytes(header_bytes);
  ByteVector plain_ = random_.bytes(100);

  ByteVector sealed() {
    ByteVector out;
    sealer_.seal(key_, nonce_, header_, plain_, out);
    return out;
  }
};

// draft-irtf-cfrg-xchacha-03, A.3.1.
TEST_F(Seal, MatchesThePublishedXChaCha20Poly1305Vector) {
  const auto key = fixed<SealKey>("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const auto nonce = fixed<Nonce>("404142434445464748494a4b4c4d4e4f5051525354555657");
  const std::string_view text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be "
      "it.";
  ByteVector out;
  sealer_.seal(key, nonce, hex("50515253c0c1c2c3c4c5c6c7"), as_bytes(text), out);
  EXPECT_EQ(to_hex(Bytes{out}.first(16)), "bd6d179d3e83d43b9576579493c0e939");
  EXPECT_EQ(to_hex(Bytes{out}.last(16)), "c0875924c1c7987947deafd8780acf49");
}

TEST_F(Seal, OpensToWhatWasSealed) {
  const auto opened = sealer_.open(key_, nonce_, header_, sealed());
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, plain_);
}

TEST_F(Seal, SealsAndOpensAnEmptyText) {
  plain_.clear();
  const ByteVector tag_only = sealed();
  EXPECT_EQ(tag_only.size(), seal_tag_bytes);
  const auto opened = sealer_.open(key_, nonce_, header_, tag_only);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->empty());
}

TEST_F(Seal, AppendsBehindAHeaderThatStandsInTheSameBuffer) {
  ByteVector datagram = header_;
  datagram.shrink_to_fit();
  sealer_.seal(key_, nonce_, datagram, plain_, datagram);
  ByteVector expected = header_;
  const ByteVector separate = sealed();
  expected.insert(expected.end(), separate.begin(), separate.end());
  EXPECT_EQ(datagram, expected);
}

TEST_F(Seal, RefusesEveryChangedByteOfHeaderNonceKeyTextAndTag) {
  const ByteVector good = sealed();
  const auto refused = [this](const SealKey& key, const Nonce& nonce, Bytes header, Bytes sealed_bytes) {
    const auto opened = sealer_.open(key, nonce, header, sealed_bytes);
    return !opened && opened.error() == Errc::bad_seal;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    ByteVector bad = good;
    bad[i] ^= std::byte{1};
    EXPECT_TRUE(refused(key_, nonce_, header_, bad)) << "sealed byte " << i;
  }
  for (std::size_t i = 0; i < header_.size(); ++i) {
    ByteVector bad = header_;
    bad[i] ^= std::byte{0x80};
    EXPECT_TRUE(refused(key_, nonce_, bad, good)) << "header byte " << i;
  }
  for (std::size_t i = 0; i < Nonce::size_bytes; ++i) {
    Nonce bad = nonce_;
    bad.value[i] ^= std::byte{1};
    EXPECT_TRUE(refused(key_, bad, header_, good)) << "nonce byte " << i;
  }
  for (std::size_t i = 0; i < SealKey::size_bytes; ++i) {
    SealKey bad = key_;
    bad.value[i] ^= std::byte{1};
    EXPECT_TRUE(refused(bad, nonce_, header_, good)) << "key byte " << i;
  }
}

TEST_F(Seal, RefusesEveryTruncationOfTextAndHeader) {
  const ByteVector good = sealed();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto opened = sealer_.open(key_, nonce_, header_, Bytes{good}.first(size));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), size < seal_tag_bytes ? Errc::truncated : Errc::bad_seal);
  }
  for (std::size_t size = 0; size < header_.size(); ++size)
    EXPECT_FALSE(sealer_.open(key_, nonce_, Bytes{header_}.first(size), good));
}

TEST_F(Seal, IsUselessInTheOtherDirectionOnAnotherDayAndInAnotherNetwork) {
  const auto secret = sealer_.agree(alice(), bob().public_key());
  ASSERT_TRUE(secret);
  const PublicKey a = alice().public_key(), b = bob().public_key();
  key_ = derive_seal_key(*secret, "p2pns", a, b, 100);
  const ByteVector message = sealed();
  const auto opens = [&](std::string_view network, const PublicKey& from, const PublicKey& to, UtcDay day) {
    const auto own = sealer_.agree(bob(), a);
    return sealer_.open(derive_seal_key(*own, network, from, to, day), nonce_, header_, message).has_value();
  };
  EXPECT_TRUE(opens("p2pns", a, b, 100));
  EXPECT_FALSE(opens("p2pns", b, a, 100));
  EXPECT_FALSE(opens("p2pns", a, b, 101));
  EXPECT_FALSE(opens("p2pns", a, b, 99));
  EXPECT_FALSE(opens("test", a, b, 100));
}

}  // namespace
}  // namespace p2pns::crypto
