#include "frontends/sip/user_store.hpp"

#include <gmock/gmock.h>

#include "tests/support/file_size_limit.hpp"
#include "tests/support/temporary_folder.hpp"

namespace p2pns::sip {
namespace {

using std::filesystem::perms;
using test::content_of;
using test::TemporaryFolder;
using test::write_file;
using testing::HasSubstr;
using testing::Not;

constexpr perms owner_only = perms::owner_read | perms::owner_write;
// printf %s 'alice:p2p:secret' | md5sum, sha256sum
const std::string md5 = "c3af5df4baf4a0ef32d0a49ee6d7b6a4";
const std::string sha256(64, 'a');

UserRules rules(DigestOffer offer = DigestOffer::both) { return {"p2p", offer, {}}; }

std::string error_of(const std::string& text, DigestOffer offer = DigestOffer::both) {
  const auto users = parse_users(text, rules(offer), "sip.users");
  if (users) return "accepted";
  EXPECT_THAT(users.error().message, Not(HasSubstr("\n")));
  EXPECT_THAT(users.error().message, Not(HasSubstr("geheim"))) << "no secret is told";
  return users.error().message;
}

TEST(UserStore, TakesPasswordsAndDigests) {
  const auto users = parse_users(
      "# phones\r\n\nalice::correct: horse\r\nbob:p2p:" + md5 + "\nbob:p2p:" + sha256 + "\ndesk@alice.p2p::x", rules(),
      "sip.users");
  ASSERT_TRUE(users) << users.error().message;
  EXPECT_EQ(users->size(), 3U);
  EXPECT_EQ(users->find("nobody"), nullptr);
  const SipUser* alice = users->find("alice");
  ASSERT_NE(alice, nullptr);
  EXPECT_EQ(to_string(alice->aor), "alice@p2p");
  EXPECT_EQ(alice->md5, crypto::md5({as_bytes("alice:p2p:correct: horse")}));
  EXPECT_EQ(alice->sha256, crypto::sha256(as_bytes("alice:p2p:correct: horse")));
  EXPECT_EQ(to_hex(users->find("bob")->md5->view()), md5);
  EXPECT_EQ(to_hex(users->find("bob")->sha256->view()), sha256);
  EXPECT_EQ(to_string(users->find("desk@alice.p2p")->aor), "desk@alice.p2p");
  EXPECT_TRUE(users->knows(alice->aor));
  EXPECT_FALSE(users->knows({alice->aor.name, "x"}));
}

TEST(UserStore, SaysWhatIsWrongWithWhichLine) {
  EXPECT_EQ(error_of("# fine\nalice"), "sip.users:2: expected user::password or user:realm:digest");
  EXPECT_EQ(error_of("alice:geheim"), "sip.users:1: expected user::password or user:realm:digest");
  EXPECT_EQ(error_of("alice::"), "sip.users:1: the password of 'alice' is empty");
  EXPECT_EQ(error_of("alice::geheim\nalice::geheim"), "sip.users:2: 'alice' stands here a second time");
  EXPECT_EQ(error_of("alice:p2p:geheim"),
            "sip.users:1: expected 32 (MD5) or 64 (SHA-256) hexadecimal digits behind the realm of 'alice'");
  EXPECT_EQ(error_of("alice:asterisk:" + md5),
            "sip.users:1: the digest is for the realm 'asterisk', but this front end's is 'p2p'");
  EXPECT_THAT(error_of("a b::geheim"), HasSubstr("sip.users:1: 'a b' is no user: expected a name like alice"));
  EXPECT_THAT(error_of("hit-to-ip::geheim"), HasSubstr("'hit-to-ip' is no user: "));
  EXPECT_THAT(error_of("bob@example.com::geheim"), HasSubstr("in no zone that is served here"));
  EXPECT_THAT(error_of(std::string("\x1b[31m::geheim")), HasSubstr("'?[31m' is no user"));
}

TEST(UserStore, EveryUserHasWhatPhonesAreAskedFor) {
  const std::string only_md5 = "alice:p2p:" + md5;
  EXPECT_EQ(error_of(only_md5, DigestOffer::md5), "accepted");
  EXPECT_THAT(error_of(only_md5), HasSubstr("sip.users:1: 'alice' has no SHA-256 digest"));
  EXPECT_THAT(error_of("alice:p2p:" + sha256), HasSubstr("'alice' has no MD5 digest"));
  EXPECT_EQ(error_of("alice:p2p:" + sha256, DigestOffer::sha256), "accepted");
}

TEST(UserStore, HasLimits) {
  EXPECT_EQ(error_of("alice::" + std::string(credential_maximum_bytes, 'x')), "accepted");
  EXPECT_THAT(error_of("alice::" + std::string(credential_maximum_bytes + 1, 'x')), HasSubstr("more than 256 bytes"));
  EXPECT_THAT(error_of(std::string(credential_maximum_bytes + 1, 'x') + "::y"), HasSubstr("more than 256 bytes"));
  std::string many;
  for (std::size_t i = 0; i < users_maximum; ++i) many += "u" + std::to_string(i) + "::x\n";
  EXPECT_EQ(error_of(many), "accepted");
  EXPECT_THAT(error_of(many + "one-more::x"), HasSubstr("more than 10000 users"));
  EXPECT_EQ(error_of(std::string(users_file_maximum_bytes, '\n')), "accepted");
  EXPECT_THAT(error_of(std::string(users_file_maximum_bytes + 1, '\n')), HasSubstr("is larger than"));
}

struct UsersFileTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder.file("sip.users");
};

TEST_F(UsersFileTest, IsMadeWithoutUsersAndNeverOverwritten) {
  const auto made = open_users_file(path, rules());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), 0U);
  EXPECT_EQ(std::filesystem::status(path).permissions(), owner_only);
  EXPECT_THAT(content_of(path), HasSubstr("# alice::correct horse battery\n"));
  write_file(path, "alice::x\n", owner_only);
  EXPECT_EQ(open_users_file(path, rules())->size(), 1U);
  EXPECT_EQ(content_of(path), "alice::x\n");
}

TEST_F(UsersFileTest, IsThereAsAWholeOrNotAtAll) {
  test::FileSizeLimit full_disk(40);
  EXPECT_EQ(open_users_file(path, rules()).error().message, path + ": cannot be written: File too large");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(UsersFileTest, OneThatOthersCanUseIsRefused) {
  for (const perms open : {perms::group_read, perms::others_read, perms::others_write}) {
    write_file(path, "alice::x\n", owner_only | open);
    EXPECT_THAT(open_users_file(path, rules()).error().message, HasSubstr("chmod 600 " + path));
  }
}

TEST_F(UsersFileTest, WhatCannotBeReadIsNamed) {
  EXPECT_EQ(open_users_file(folder.path(), rules()).error().message, folder.path() + ": is no regular file");
  EXPECT_THAT(open_users_file(folder.file("none/sip.users"), rules()).error().message,
              HasSubstr("cannot be written: "));
}

}  // namespace
}  // namespace p2pns::sip
