#include "core/crypto/secret_text.hpp"

#include <gtest/gtest.h>

namespace p2pns::crypto {
namespace {

TEST(SecretText, ShortensAndGrowsWithinItsRoom) {
  SecretText text(16);
  text.append("seed: ").append_hex(as_bytes("\x01\xfe"));
  EXPECT_EQ(text.view(), "seed: 01fe");
  const char* where = text.view().data();
  text.append("123456");
  EXPECT_EQ(text.view().data(), where) << "growing would leave a copy behind";
  text.keep(4);
  EXPECT_EQ(text.view(), "seed");
  EXPECT_EQ(std::string(where + 4, 12), std::string(12, '\0')) << "what is cut off is wiped";
  SecretText other = std::move(text);
  EXPECT_EQ(other.view().data(), where) << "moving copies nothing";
}

}  // namespace
}  // namespace p2pns::crypto
