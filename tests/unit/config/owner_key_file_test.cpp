#include "config/owner_key_file.hpp"

#include "config/sealed_key.hpp"
#include "tests/unit/config/key_folder.hpp"

namespace p2pns::config {
namespace {

using test::replaced;
using testing::HasSubstr;

const crypto::NetworkParameters network{"p2pns-test", {4, 4}, true};

class OwnerKeyFile : public test::KeyFolder {
 protected:
  std::string load_error(const Passphrase& passphrase = {}) const {
    const auto loaded = load_owner_key_file(path, network, passphrase);
    return loaded ? "accepted" : loaded.error().message;
  }
  std::string text_of(std::string_view network_id = "p2pns-test") const {
    return std::string{encode_owner_key(keys, network_id).view()};
  }
  const crypto::KeyPair keys = make_identity({0, 0}).keys();
};

TEST_F(OwnerKeyFile, KeepsAKeyWithoutPuzzles) {
  write(text_of());
  const auto loaded = load_owner_key_file(path, network);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->public_key(), keys.public_key());
  EXPECT_EQ(loaded->sign(as_bytes("x")), keys.sign(as_bytes("x")));
}

TEST_F(OwnerKeyFile, IsNeverMadeUnasked) {
  EXPECT_THAT(load_error(), HasSubstr("does not exist; restore it"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(OwnerKeyFile, RefusesTheKeyOfANodeAndTheOtherWayRound) {
  write(encode_key_file(make_identity(network.puzzles), network).view());
  EXPECT_EQ(load_error(),
            path + ": is a node's key, and not an owner key; p2pns keygen --owner --from makes one of it");
  write(text_of());
  const auto as_node = load_key_file(path, network);
  ASSERT_FALSE(as_node);
  EXPECT_EQ(as_node.error().message,
            path + ": is an owner key, and not a node's key; it belongs into node.owner_key_file");
}

TEST_F(OwnerKeyFile, RefusesTheKeyOfAnotherNetwork) {
  write(text_of("elsewhere"));
  EXPECT_EQ(load_error(), path + ": belongs to the network 'elsewhere', the configuration names 'p2pns-test'");
}

TEST_F(OwnerKeyFile, RefusesWhatOthersCanUseAndWhatIsNoFile) {
  write(text_of(), 0640);
  EXPECT_THAT(load_error(), HasSubstr("chmod 600 " + path));
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_EQ(load_error(), path + ": is no regular file");
}

TEST_F(OwnerKeyFile, RefusesDamagedFilesWithOneSentence) {
  const std::string text = text_of();
  const auto error_of = [this](std::string_view damaged) {
    write(damaged);
    return load_error().substr(path.size());
  };
  EXPECT_EQ(error_of(""), ": the line 'p2pns-owner-key: ...' is missing");
  EXPECT_EQ(error_of(text.substr(0, text.find("seed:"))), ": the line 'seed: ...' is missing");
  EXPECT_EQ(error_of(text.substr(0, text.size() - 3)), ": seed: expected 64 hexadecimal digits");
  EXPECT_EQ(error_of(replaced(text, "p2pns-owner-key: 1", "p2pns-owner-key: 2")),
            ": has a format that this version does not know");
  EXPECT_THAT(error_of(text + "more: 1\n"), HasSubstr("expected nothing more"));
}

TEST_F(OwnerKeyFile, MayStandUnderAPassphraseAndThenOthersMaySeeIt) {
  p2pns::test::SeededRandom random(1);
  write(seal_key(text_of(), "correct horse", random, {1, 8})->view(), 0644);
  const auto loaded = load_owner_key_file(path, network, "correct horse");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->public_key(), keys.public_key());
  EXPECT_EQ(load_error("battery staple"), path + ": wrong passphrase");
  EXPECT_EQ(load_error(), path + ": is under a passphrase; put that into a file of mode 0600 and name it in " +
                              "node.passphrase_file");
}

}  // namespace
}  // namespace p2pns::config
