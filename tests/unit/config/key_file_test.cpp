#include "config/key_file.hpp"

#include "tests/unit/config/key_folder.hpp"

namespace p2pns::config {
namespace {

using test::replaced;
using testing::HasSubstr;

const crypto::NetworkParameters network{"p2pns-test", {4, 4}, true};

class KeyFile : public test::KeyFolder {
 protected:
  static crypto::Identity make_identity() { return KeyFolder::make_identity(network.puzzles); }
  std::string load_error() const {
    const auto loaded = load_key_file(path, network);
    return loaded ? "accepted" : loaded.error().message;
  }
};

TEST_F(KeyFile, KeepsAnIdentityWithAccessForItsOwnerOnly) {
  const auto identity = make_identity();
  ASSERT_TRUE(save_key_file(path, identity, network));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1) << "no draft may stay behind";

  const auto loaded = load_key_file(path, network);
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ((*loaded)->node_id(), identity.node_id());
  EXPECT_EQ((*loaded)->puzzle(), identity.puzzle());
  EXPECT_EQ((*loaded)->keys().sign(as_bytes("x")), identity.keys().sign(as_bytes("x")));
}

TEST_F(KeyFile, NeverOverwritesAFile) {
  write("precious");
  const auto saved = save_key_file(path, make_identity(), network);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().message, path + ": exists already and is not overwritten");
  EXPECT_EQ(contents(), "precious");
}

TEST_F(KeyFile, AMissingFileIsNoError) {
  const auto loaded = load_key_file(path, network);
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(*loaded);
}

TEST_F(KeyFile, RefusesAFileOthersCanUseAndSaysHowToMendIt) {
  ASSERT_TRUE(save_key_file(path, make_identity(), network));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    EXPECT_THAT(load_error(), HasSubstr("chmod 600 " + path)) << mode;
  }
}

TEST_F(KeyFile, RefusesTheKeyOfAnotherNetwork) {
  const std::string text{encode_key_file(make_identity(), network).view()};
  write(replaced(text, "p2pns-test", "elsewhere"));
  EXPECT_EQ(load_error(), path + ": belongs to the network 'elsewhere', the configuration names 'p2pns-test'");
}

TEST_F(KeyFile, KeepsControlCharactersOutOfItsErrors) {
  write(replaced(std::string{encode_key_file(make_identity(), network).view()}, "static_bits: 4",
                 "static_bits: \x1b[4m"));
  crypto::NetworkParameters harder = network;
  harder.puzzles.static_bits = 30;
  const auto loaded = load_key_file(path, harder);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("were solved for ?[4m and 4 bits"));
}

TEST_F(KeyFile, RefusesWhatCannotBeTheIdOfANetwork) {
  for (const std::string& id : {std::string{"else\x1bwhere"}, std::string{"p2pns-test\r\r"}, std::string(64, 'x')}) {
    write(replaced(std::string{encode_key_file(make_identity(), network).view()}, "p2pns-test", id));
    EXPECT_EQ(load_error(), path + ": network: expected 1 to 63 visible characters without spaces");
  }
}

TEST_F(KeyFile, RefusesPuzzlesTooEasyForTheNetwork) {
  ASSERT_TRUE(save_key_file(path, make_identity(), network));
  crypto::NetworkParameters harder = network;
  harder.puzzles.static_bits = 30;
  const auto loaded = load_key_file(path, harder);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message, path + ": its puzzles were solved for 4 and 4 bits, the network asks for 30 and 4");
}

TEST_F(KeyFile, RefusesDamagedFilesWithOneSentence) {
  const std::string text{encode_key_file(make_identity(), network).view()};
  const auto error_of = [](std::string_view damaged) {
    const auto decoded = decode_key_file(damaged, network);
    return decoded ? "accepted" : decoded.error().message;
  };
  EXPECT_EQ(error_of(text), "accepted");
  EXPECT_EQ(error_of(""), "the line 'p2pns-key: ...' is missing");
  EXPECT_EQ(error_of(text.substr(0, text.find("puzzle:"))), "the line 'puzzle: ...' is missing");
  EXPECT_EQ(error_of(text.substr(0, text.size() - 5)), "puzzle: expected 16 hexadecimal digits");
  EXPECT_EQ(error_of(text.substr(0, text.find("puzzle: ") + 8)), "puzzle: expected 16 hexadecimal digits");
  EXPECT_THAT(error_of(text + "more: 1\n"), HasSubstr("expected nothing more"));
  EXPECT_THAT(error_of(replaced(text, "seed:", "sead:")), HasSubstr("expected 'seed: ...'"));
  EXPECT_THAT(error_of(replaced(text, "p2pns-key: 1", "p2pns-key: 2")), HasSubstr("does not know"));
  const std::string zeros = "seed: " + std::string(64, '0');
  EXPECT_EQ(error_of(replaced(text, text.substr(text.find("seed:"), zeros.size()), zeros)),
            "public_key does not belong to seed");
  EXPECT_EQ(error_of(std::string(key_file_bytes_maximum + 1, '#')), "is too large for a key file");
}

TEST_F(KeyFile, RefusesWhatIsNoFile) {
  std::filesystem::create_directory(path);
  EXPECT_THAT(load_error(), HasSubstr("is no regular file"));
}

TEST_F(KeyFile, IsKnownToHaveAPlaceBeforeItIsMade) {
  const auto error = [](const std::filesystem::path& where) {
    const auto place = plugins::check_private_file_place(where.string());
    return place ? "none" : place.error().message;
  };
  EXPECT_EQ(error(path), "none");
  EXPECT_TRUE(std::filesystem::is_empty(folder)) << "no draft may stay behind";
  EXPECT_THAT(error(folder / "missing" / "node.key"), HasSubstr("cannot be written: No such file or directory"));
  write("precious");
  EXPECT_EQ(error(path), path + ": exists already and is not overwritten");
  EXPECT_EQ(contents(), "precious");
}

TEST_F(KeyFile, SaysWhyItCannotBeWritten) {
  const auto saved = save_key_file((folder / "missing" / "node.key").string(), make_identity(), network);
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, HasSubstr("cannot be written: No such file or directory"));
}

}  // namespace
}  // namespace p2pns::config
