#include "core/crypto/compare.hpp"

#include <gtest/gtest.h>

namespace p2pns::crypto {
namespace {

TEST(Compare, EqualSecretsAreEqual) {
  EXPECT_TRUE(equal_in_constant_time(as_bytes("secret"), as_bytes("secret")));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
}

TEST(Compare, OneByteOrOneLengthMakesADifference) {
  EXPECT_FALSE(equal_in_constant_time(as_bytes("secret"), as_bytes("Secret")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("secret"), as_bytes("secreT")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("secret"), as_bytes("secrets")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("secret"), {}));
}

}  // namespace
}  // namespace p2pns::crypto
