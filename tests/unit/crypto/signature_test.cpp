#include "core/crypto/signature.hpp"

#include <gtest/gtest.h>
#include <set>

#include "tests/support/hex.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::crypto {
namespace {

using test::fixed;
using test::hex;

struct Rfc8032Vector {
  std::string_view seed, public_key, message, signature;
};

// RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc).
constexpr Rfc8032Vector rfc8032_vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2"
     "a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad"
     "9bef1177331a704"},
};

KeyPair test_keys() { return KeyPair::from_seed(fixed<Seed>(rfc8032_vectors[0].seed)); }

TEST(KeyPair, SignsAsRfc8032Says) {
  for (const auto& vector : rfc8032_vectors) {
    const KeyPair keys = KeyPair::from_seed(fixed<Seed>(vector.seed));
    EXPECT_EQ(to_hex(keys.public_key().view()), vector.public_key);
    EXPECT_EQ(to_hex(keys.sign(hex(vector.message)).view()), vector.signature);
    EXPECT_TRUE(SodiumVerifier{}.check(Algorithm::ed25519, keys.public_key().view(), hex(vector.message),
                                       hex(vector.signature)));
  }
}

TEST(KeyPair, GivesItsSeedBack) {
  EXPECT_EQ(to_hex(test_keys().seed().view()), rfc8032_vectors[0].seed);
  const KeyPair again = KeyPair::from_seed(test_keys().seed());
  EXPECT_EQ(again.public_key(), test_keys().public_key());
}

TEST(KeyPair, IsGeneratedFromTheGivenRandomnessOnly) {
  test::SeededRandom one{1}, same{1}, other{2};
  const KeyPair first = KeyPair::generate(one);
  EXPECT_EQ(first.public_key(), KeyPair::generate(same).public_key());
  EXPECT_NE(first.public_key(), KeyPair::generate(other).public_key());
  EXPECT_NE(first.public_key(), KeyPair::generate(one).public_key());
}

TEST(KeyPairSigner, SignsLikeItsKey) {
  const KeyPairSigner signer{test_keys()};
  EXPECT_EQ(signer.public_key(), test_keys().public_key());
  EXPECT_EQ(signer.sign(as_bytes("x")), test_keys().sign(as_bytes("x")));
}

TEST(SodiumVerifier, RefusesEveryChangedBitOfTheSignature) {
  const KeyPair keys = test_keys();
  const Signature good = keys.sign(as_bytes("message"));
  const SodiumVerifier verifier;
  for (std::size_t bit = 0; bit < Signature::size_bytes * 8; ++bit) {
    Signature bad = good;
    bad.value[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_FALSE(verifier.check(Algorithm::ed25519, keys.public_key().view(), as_bytes("message"), bad.view()));
  }
}

TEST(SodiumVerifier, RefusesAnotherMessageKeyOrAlgorithm) {
  const KeyPair keys = test_keys();
  const KeyPair other = KeyPair::from_seed(fixed<Seed>(rfc8032_vectors[1].seed));
  const Signature good = keys.sign(as_bytes("message"));
  const SodiumVerifier verifier;
  const Bytes key = keys.public_key().view();
  EXPECT_TRUE(verifier.check(Algorithm::ed25519, key, as_bytes("message"), good.view()));
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, key, as_bytes("messagf"), good.view()));
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, other.public_key().view(), as_bytes("message"), good.view()));
  EXPECT_FALSE(verifier.check(static_cast<Algorithm>(0), key, as_bytes("message"), good.view()));
  EXPECT_FALSE(verifier.check(static_cast<Algorithm>(2), key, as_bytes("message"), good.view()));
}

TEST(SodiumVerifier, RefusesKeysAndSignaturesOfWrongLength) {
  const KeyPair keys = test_keys();
  const Signature good = keys.sign({});
  ByteVector long_key = copy_of(keys.public_key().view()), long_signature = copy_of(good.view());
  long_key.push_back({});
  long_signature.push_back({});
  const SodiumVerifier verifier;
  const Bytes key = keys.public_key().view();
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, key.first(31), {}, good.view()));
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, long_key, {}, good.view()));
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, {}, {}, good.view()));
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, key, {}, good.view().first(63)));
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, key, {}, long_signature));
  EXPECT_FALSE(verifier.check(Algorithm::ed25519, key, {}, {}));
}

TEST(SodiumVerifier, RefusesTheSignatureThatFitsEveryMessageUnderASmallOrderKey) {
  // With the identity as key and as R, and S = 0, the equation holds for any message.
  PublicKey identity;
  identity.value[0] = std::byte{1};
  Signature universal;
  universal.value[0] = std::byte{1};
  EXPECT_FALSE(SodiumVerifier{}.check(Algorithm::ed25519, identity.view(), as_bytes("x"), universal.view()));
}

TEST(SigningInput, HasTheDocumentedLayout) {
  const std::string_view expected{"p2pns\0binding\0\x04test\x01\x02", 21};
  EXPECT_EQ(signing_input("binding", "test", as_bytes("\x01\x02")), copy_of(as_bytes(expected)));
  EXPECT_EQ(signing_input("", "", {}), copy_of(as_bytes(std::string_view{"p2pns\0\0\0", 8})));
}

TEST(SigningInput, DiffersWheneverOneOfItsPartsDoes) {
  const std::set<ByteVector> inputs{
      signing_input("a", "n", as_bytes("c")), signing_input("b", "n", as_bytes("c")),
      signing_input("a", "m", as_bytes("c")), signing_input("a", "nc", {}),
      signing_input("a", "", as_bytes("nc")), signing_input("an", "", as_bytes("c")),
  };
  EXPECT_EQ(inputs.size(), 6U);
}

}  // namespace
}  // namespace p2pns::crypto
