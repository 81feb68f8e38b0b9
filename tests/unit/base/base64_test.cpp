#include "core/base/base64.hpp"

#include <gtest/gtest.h>

namespace p2pns {
namespace {

TEST(Base64, IsThatOfRfc4648) {
  for (const auto& [plain, encoded] : {std::pair{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    const auto decoded = from_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Base64, HasOneForm) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 8=", "Zm8=\n", "=", "====", "Z===", "Zm9v-w==", "Z=g="})
    EXPECT_EQ(from_base64(text).error(), Errc::malformed) << text;
}

}  // namespace
}  // namespace p2pns
