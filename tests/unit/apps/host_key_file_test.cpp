#include "apps/p2pns/host_key_file.hpp"

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.hpp"

namespace p2pns::cli {
namespace {

using std::filesystem::perms;
using test::private_mode;
using test::write_file;

struct HostKeyFile : testing::Test {
  std::string read(const std::string& content, perms mode = private_mode) const {
    write_file(path, content, mode);
    const auto key = read_host_key(path);
    return key ? "a key" : key.error().message.substr(path.size());
  }
  test::TemporaryFolder folder;
  const std::string path = folder.file("host.pem");
  const std::string pem = test::content_of(P2PNS_TEST_DATA "/hip/ed25519.pem");
};

TEST_F(HostKeyFile, IsItsOwnersAlone) {
  EXPECT_EQ(read(pem), "a key");
  for (const perms open : {perms::group_read, perms::others_read, perms::others_write})
    EXPECT_EQ(read(pem, private_mode | open),
              ": other users can use this file; make it yours alone with: chmod 600 " + path);
}

TEST_F(HostKeyFile, HasAMaximum) {
  const std::string notes(host_key_file_maximum_bytes - pem.size(), '\n');
  EXPECT_EQ(read(pem + notes), "a key");
  EXPECT_EQ(read(pem + notes + "\n"), ": is larger than the 16384 bytes it may have");
  EXPECT_EQ(read_host_key("/dev/zero").error().message, "/dev/zero: is no regular file");
}

TEST_F(HostKeyFile, SaysWhatItIsNot) {
  EXPECT_EQ(read_host_key(path).error().message, path + ": does not exist; it should hold the host's private key");
  EXPECT_EQ(read("p2pns-key: 1\n"), ": no private key in PEM form without a passphrase");
}

}  // namespace
}  // namespace p2pns::cli
