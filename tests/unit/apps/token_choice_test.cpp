#include "apps/p2pns/token_choice.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace p2pns::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

struct TokenChoiceTest : testing::Test {
  TokenChoiceTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "p2pns-cli.XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~TokenChoiceTest() override { std::filesystem::remove_all(folder); }
  std::string file_with(std::string_view content) const {
    const std::string path = (folder / "token").string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::filesystem::path folder;
};

TEST_F(TokenChoiceTest, TakesTheFirstLineOfTheFileTheUserNames) {
  EXPECT_EQ(choose_token(file_with("abc123"))->token, "abc123");
  EXPECT_EQ(choose_token(file_with("abc123\r\n"))->token, "abc123");
  const auto choice = choose_token(file_with("abc123\n"));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->token, "abc123");
  EXPECT_THAT(token_hint(*choice), HasSubstr((folder / "token").string()));
  EXPECT_THAT(token_hint(*choice), Not(HasSubstr("abc123"))) << "it is shown to nobody";
}

TEST_F(TokenChoiceTest, AFileTheUserNamesMustHoldAToken) {
  const auto missing = choose_token((folder / "missing").string());
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file or directory"));
  for (const std::string_view bad : {"", "\n", "two words\n", "a\x01b\n"}) {
    const auto choice = choose_token(file_with(bad));
    ASSERT_FALSE(choice) << bad;
    EXPECT_THAT(choice.error().message, HasSubstr("holds no token"));
  }
}

TEST_F(TokenChoiceTest, TheHintSaysHowToNameTheFile) {
  const std::string hint = token_hint({"", "/var/lib/p2pns/http.token", "Permission denied"});
  EXPECT_THAT(hint, HasSubstr("/var/lib/p2pns/http.token: Permission denied"));
  EXPECT_THAT(hint, HasSubstr("--token-file"));
}

}  // namespace
}  // namespace p2pns::cli
