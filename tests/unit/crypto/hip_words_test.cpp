#include "core/crypto/hip_words.hpp"

#include <gtest/gtest.h>

namespace p2pns::crypto {
namespace {

TEST(HipWords, NameEachKindOfTag) {
  EXPECT_EQ(kind_word(*parse_hit("2001:10::1")), "HIPv1");
  EXPECT_EQ(kind_word(*parse_hit("2001:20::1")), "HIPv2");
  EXPECT_EQ(kind_word(*parse_hit("2001:30::1")), "DET");
  EXPECT_EQ(kind_word(Hit{}), "HIPv2") << "of what is no HIT";
}

TEST(HipWords, NameEachKindOfKey) {
  EXPECT_EQ(word_of(HostAlgorithm::rsa), "RSA");
  EXPECT_EQ(word_of(HostAlgorithm::ecdsa), "ECDSA");
  EXPECT_EQ(word_of(HostAlgorithm::eddsa), "EdDSA");
  EXPECT_EQ(word_of(HostAlgorithm{3}), "unknown");
}

}  // namespace
}  // namespace p2pns::crypto
