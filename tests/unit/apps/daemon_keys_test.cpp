#include "apps/p2pnsd/daemon_keys.hpp"

#include "config/owner_key_file.hpp"
#include "config/sealed_key.hpp"
#include "tests/unit/config/key_folder.hpp"

namespace p2pns::daemon {
namespace {

using testing::HasSubstr;

constexpr std::string_view passphrase = "correct horse";

class DaemonKeysTest : public config::test::KeyFolder {
 protected:
  DaemonKeysTest() {
    daemon.node.network = {"p2pns-test", {2, 2}, true};
    daemon.key_file = file("node.key");
  }
  std::string file(const std::string& name) const { return (folder / name).string(); }
  void put(const std::string& name, std::string_view text, mode_t mode = 0600) {
    path = file(name);
    write(text, mode);
  }
  std::string sealed(std::string_view text) {
    return std::string{config::seal_key(text, passphrase, random, {1, 8})->view()};
  }
  std::string node_text() const { return std::string{config::encode_key_file(identity, daemon.node.network).view()}; }
  std::string owner_text() const { return std::string{config::encode_owner_key(owner, "p2pns-test").view()}; }
  std::string error(const char* credentials = nullptr) const {
    const auto keys = load_keys(daemon, credentials);
    return keys ? "none" : keys.error().message;
  }

  p2pns::test::SeededRandom random{5};
  config::DaemonConfig daemon;
  const crypto::Identity identity = make_identity({2, 2});
  const crypto::KeyPair owner = crypto::KeyPair::generate(random);
};

TEST_F(DaemonKeysTest, TheNodesKeyOwnsTheNamesUnlessAnotherKeyIsConfigured) {
  put("node.key", node_text());
  EXPECT_FALSE(load_keys(daemon, nullptr)->owner);
  put("owner.key", owner_text());
  daemon.owner_key_file = file("owner.key");
  const auto keys = load_keys(daemon, nullptr);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ(keys->identity->public_key(), identity.public_key());
  EXPECT_EQ(keys->owner->public_key(), owner.public_key());
}

TEST_F(DaemonKeysTest, AMissingOwnerKeyIsAnErrorAndAMissingNodesKeyIsNot) {
  const auto keys = load_keys(daemon, nullptr);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_FALSE(keys->identity);
  daemon.owner_key_file = file("owner.key");
  EXPECT_THAT(error(), HasSubstr("owner.key: does not exist"));
}

TEST_F(DaemonKeysTest, OnePassphraseOpensBothKeys) {
  put("node.key", sealed(node_text()));
  put("owner.key", sealed(owner_text()));
  put("passphrase", std::string{passphrase} + "\n");
  daemon.owner_key_file = file("owner.key");
  EXPECT_THAT(error(), HasSubstr("node.passphrase_file"));
  daemon.passphrase_file = file("passphrase");
  const auto keys = load_keys(daemon, nullptr);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ(keys->identity->public_key(), identity.public_key());
  EXPECT_EQ(keys->owner->public_key(), owner.public_key());
  put("passphrase", "wrong\n");
  EXPECT_EQ(error(), daemon.key_file + ": wrong passphrase");
  put("passphrase", passphrase, 0640);
  EXPECT_THAT(error(), HasSubstr("chmod 600"));
}

TEST_F(DaemonKeysTest, TheServiceManagerMayGiveThePassphrase) {
  put("node.key", sealed(node_text()));
  EXPECT_THAT(error(folder.c_str()), HasSubstr("is under a passphrase")) << "no such credential";
  put("p2pns-passphrase", passphrase, 0440);
  EXPECT_EQ(error(folder.c_str()), "none");
  daemon.passphrase_file = file("passphrase");
  put("passphrase", "wrong\n");
  EXPECT_EQ(error(folder.c_str()), daemon.key_file + ": wrong passphrase") << "the configuration counts";
}

TEST_F(DaemonKeysTest, ANewNodesKeyStandsUnderThePassphraseThatIsConfigured) {
  put("passphrase", passphrase);
  daemon.passphrase_file = file("passphrase");
  const auto keys = load_keys(daemon, nullptr);
  ASSERT_TRUE(keys);
  const auto made = make_node_key(daemon, *keys, [](const std::string&) {});
  ASSERT_TRUE(made) << made.error().message;
  path = daemon.key_file;
  EXPECT_THAT(contents(), HasSubstr("p2pns-sealed-key: 1"));
  EXPECT_EQ(load_keys(daemon, nullptr)->identity->public_key(), made->public_key());
  EXPECT_THAT(make_node_key(daemon, *keys, [](const std::string&) {}).error().message, HasSubstr("not overwritten"));
}

}  // namespace
}  // namespace p2pns::daemon
