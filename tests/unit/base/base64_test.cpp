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
  for (const char* text : {"Z", "Zg==Zg==", "Zm9v!", "Zm-_"})
    EXPECT_EQ(from_base64(text).error(), Errc::malformed) << text;
}

TEST(Base64, WhiteSpaceMayBeSkippedAnywhere) {
  EXPECT_EQ(as_text(from_base64(" Zm 9v\r\nYg=\t=\n", WhiteSpace::skipped).value()), "foob");
  EXPECT_EQ(as_text(from_base64(" \n", WhiteSpace::skipped).value()), "");
  for (const char* text : {"Z g", "Zg =", "Z h==", "Zm\v9v", "Zg==\nZg=="})
    EXPECT_EQ(from_base64(text, WhiteSpace::skipped).error(), Errc::malformed) << text;
}

}  // namespace
}  // namespace p2pns
