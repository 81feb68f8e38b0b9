#include "config/passphrase_file.hpp"

#include "tests/unit/config/key_folder.hpp"

namespace p2pns::config {
namespace {

using testing::HasSubstr;

class PassphraseFile : public test::KeyFolder {
 protected:
  std::string read(PassphraseAccess access = PassphraseAccess::owner_only) const {
    const auto passphrase = read_passphrase_file(path, access);
    return passphrase ? std::string{passphrase->view()} : passphrase.error().message.substr(path.size());
  }
};

TEST_F(PassphraseFile, HoldsOneLine) {
  for (const std::string_view text : {"correct horse", "correct horse\n", "correct horse\r\n"}) {
    write(text);
    EXPECT_EQ(read(), "correct horse");
  }
  write(" spaces count \n");
  EXPECT_EQ(read(), " spaces count ");
}

TEST_F(PassphraseFile, IsRefusedWhenItCannotBeMeant) {
  EXPECT_THAT(read(), HasSubstr("does not exist"));
  write("");
  EXPECT_THAT(read(), HasSubstr("is empty"));
  write("\n");
  EXPECT_THAT(read(), HasSubstr("is empty"));
  write("one\ntwo\n");
  EXPECT_THAT(read(), HasSubstr("more than the one line"));
}

TEST_F(PassphraseFile, HasAMaximum) {
  const std::string longest(passphrase_bytes_maximum, 'x');
  write(longest + "\n");
  EXPECT_EQ(read(), longest);
  write(longest + "x");
  EXPECT_THAT(read(), HasSubstr("longer than the 1024 bytes"));
  write(longest + "xxx\n");
  EXPECT_THAT(read(), HasSubstr("is larger than"));
}

TEST_F(PassphraseFile, IsItsOwnersAloneUnlessTheServiceManagerMadeIt) {
  write("secret", 0440);
  EXPECT_THAT(read(), HasSubstr("chmod 600 " + path));
  EXPECT_EQ(read(PassphraseAccess::credential), "secret");
  write("secret", 0604);
  EXPECT_THAT(read(PassphraseAccess::credential), HasSubstr("chmod 600"));
  write("secret", 0620);
  EXPECT_THAT(read(PassphraseAccess::credential), HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace p2pns::config
