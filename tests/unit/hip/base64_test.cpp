#include "frontends/hip/base64.hpp"

#include <gtest/gtest.h>

namespace p2pns::hip {
namespace {

std::string decoded(std::string_view text) {
  const auto bytes = from_base64(text);
  return bytes ? std::string{as_text(*bytes)} : "refused";
}

// RFC 4648, section 10.
TEST(Base64, KnowsTheVectorsOfTheRfc) {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(text)), encoded);
    EXPECT_EQ(decoded(encoded), text);
  }
}

TEST(Base64, WhiteSpaceMayStandAnywhere) { EXPECT_EQ(decoded(" Zm 9v\r\nYg=\t=\n"), "foob"); }

TEST(Base64, RefusesWhatIsNone) {
  for (const char* const text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v!", "Zm-_"})
    EXPECT_EQ(decoded(text), "refused") << text;
}

}  // namespace
}  // namespace p2pns::hip
