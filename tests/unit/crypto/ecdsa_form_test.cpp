#include "core/crypto/ecdsa_form.hpp"

#include <gtest/gtest.h>

#include "core/crypto/host_key.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/vectors.hpp"

namespace p2pns::crypto {
namespace {

using test::hex;

// Half the order of P-256, rounded down; the order is odd, so one more is the first high s.
const std::string half_p256 = "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8";
const std::string half_p384 =
    "7fffffffffffffffffffffffffffffffffffffffffffffffe3b1a6c0fa1b96efac0d06d9245853bd76760cb5666294b9";

ByteVector with_s(const std::string& s) {
  ByteVector signature(s.size() / 2, std::byte{1});
  const ByteVector number = hex(s);
  signature.insert(signature.end(), number.begin(), number.end());
  return signature;
}

TEST(EcdsaForm, HalfOfTheOrderIsLowAndOneMoreIsNot) {
  for (const std::string& half : {half_p256, half_p384}) {
    ByteVector signature = with_s(half);
    EXPECT_TRUE(has_low_s(signature)) << half;
    const ByteVector low = signature;
    make_s_low(signature);
    EXPECT_EQ(signature, low) << "it is low already";
    signature.back() = static_cast<std::byte>(std::to_integer<unsigned>(signature.back()) + 1U);
    EXPECT_FALSE(has_low_s(signature)) << half;
    make_s_low(signature);
    EXPECT_EQ(signature, low) << "of two numbers beside the middle one is the other's";
  }
}

TEST(EcdsaForm, OtherLengthsAreNoSignatures) {
  ByteVector signature(65);
  EXPECT_FALSE(has_low_s(signature));
  EXPECT_FALSE(has_low_s({}));
  make_s_low(signature);
  EXPECT_EQ(signature, ByteVector(65));
}

TEST(EcdsaForm, KeysSignWithTheLowOne) {
  for (const std::string name : {"p256", "p384"}) {
    const auto key = HostKey::from_pem(test::content_of(P2PNS_TEST_DATA "/hip/" + name + ".pem"));
    ASSERT_TRUE(key);
    // Half of all signatures come out high: 2^-32 that none of these would.
    for (int i = 0; i < 32; ++i) EXPECT_TRUE(has_low_s(*key->sign(as_bytes("message")))) << name;
  }
}

}  // namespace
}  // namespace p2pns::crypto
