#include "frontends/web/token_file.hpp"

#include <unistd.h>

#include <gmock/gmock.h>
#include <set>

#include "tests/support/temporary_folder.hpp"

namespace p2pns::web {
namespace {

using std::filesystem::perms;
using test::content_of;
using test::TemporaryFolder;
using test::write_file;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr perms owner_only = perms::owner_read | perms::owner_write;

struct TokenFileTest : testing::Test {
  std::string error_of(const std::string& content, perms permissions = owner_only) const {
    write_file(path, content, permissions);
    const auto opened = open_token_file(path);
    EXPECT_EQ(content_of(path), content) << "it is never overwritten";
    if (opened) return "accepted " + opened->token;
    EXPECT_THAT(opened.error().message, StartsWith(path + ": "));
    EXPECT_THAT(opened.error().message, Not(HasSubstr("\n")));
    return opened.error().message;
  }
  TemporaryFolder folder;
  const std::string path = folder.file("http.token");
};

TEST_F(TokenFileTest, IsMadeOnceAndReadFromThenOn) {
  const auto made = open_token_file(path);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->made);
  EXPECT_EQ(made->token.size(), 2 * token_random_bytes);
  EXPECT_TRUE(is_token(made->token));
  EXPECT_EQ(content_of(path), made->token + "\n");
  EXPECT_EQ(std::filesystem::status(path).permissions(), owner_only);
  const auto read = open_token_file(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->made);
  EXPECT_EQ(read->token, made->token);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "no draft is left";
}

TEST_F(TokenFileTest, NoTwoAreAlike) {
  std::set<std::string> tokens;
  for (int i = 0; i < 20; ++i) tokens.insert(open_token_file(folder.file(std::to_string(i)))->token);
  EXPECT_EQ(tokens.size(), 20U);
}

TEST_F(TokenFileTest, OneThatOthersCanUseIsRefused) {
  const std::string line(64, 'a');
  for (const perms open : {perms::group_read, perms::others_read, perms::group_write, perms::others_exec})
    EXPECT_THAT(error_of(line + "\n", owner_only | open), HasSubstr("chmod 600 " + path));
}

TEST_F(TokenFileTest, AnOperatorsOwnTokenHasALengthAndAnAlphabet) {
  EXPECT_EQ(error_of(std::string(token_characters_minimum, 'a')), "accepted " + std::string(32, 'a'));
  EXPECT_EQ(error_of(std::string(token_characters_maximum, 'Z') + "\r\n"), "accepted " + std::string(256, 'Z'));
  EXPECT_EQ(error_of("-._~+/=" + std::string(32, '7') + "\n"), "accepted -._~+/=" + std::string(32, '7'));
  for (const std::string& bad :
       {std::string{}, std::string{"\n"}, std::string(token_characters_minimum - 1, 'a'),
        std::string(token_characters_maximum + 1, 'a'), std::string(40, ' '), "two words" + std::string(40, 'a'),
        std::string(40, 'a') + "\n" + std::string(40, 'a') + "\n", std::string(40, '\0'),
        std::string(40, 'a') + "\xc3\xbc"})
    EXPECT_THAT(error_of(bad), HasSubstr("is no token")) << bad.size();
  EXPECT_THAT(error_of(std::string(10'000, 'a')), HasSubstr("is larger than the 258 bytes"));
}

TEST_F(TokenFileTest, WhatIsNoFileIsRefused) {
  std::filesystem::create_directory(path);
  const auto opened = open_token_file(path);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, path + ": is no regular file");
}

TEST_F(TokenFileTest, APlaceThatCannotBeWrittenIsNamed) {
  const std::string missing = folder.file("missing/http.token");
  const auto opened = open_token_file(missing);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, missing + ": cannot be written: No such file or directory");
}

TEST_F(TokenFileTest, ADraftThatACrashLeftIsInNobodysWay) {
  const std::string draft = path + ".new-" + std::to_string(::getpid());
  write_file(draft, "half", owner_only);
  const auto opened = open_token_file(path);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->made);
  EXPECT_EQ(content_of(draft), "half");
}

TEST_F(TokenFileTest, ALinkToNowhereIsNotFollowed) {
  std::filesystem::create_symlink(folder.file("elsewhere"), path);
  const auto opened = open_token_file(path);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("exists already and is not overwritten"));
  EXPECT_FALSE(std::filesystem::exists(folder.file("elsewhere")));
}

}  // namespace
}  // namespace p2pns::web
