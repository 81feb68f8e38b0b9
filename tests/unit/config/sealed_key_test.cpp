#include "config/sealed_key.hpp"

#include <fstream>
#include <gmock/gmock.h>

#include "config/owner_key_file.hpp"
#include "core/crypto/digest.hpp"
#include "tests/unit/config/key_folder.hpp"

namespace p2pns::config {
namespace {

using test::replaced;
using testing::HasSubstr;

constexpr crypto::PassphraseCost cheap{1, 8};
constexpr std::string_view passphrase = "correct horse";
const crypto::NetworkParameters network{"p2pns-test", {4, 4}, true};

class SealedKey : public test::KeyFolder {
 protected:
  std::string seal(std::string_view text) {
    const auto sealed = seal_key(text, passphrase, random, cheap);
    return sealed ? std::string{sealed->view()} : sealed.error().message;
  }
  static std::string open_error(std::string_view text, std::string_view with = passphrase) {
    const auto opened = open_sealed_key(text, with);
    return opened ? "accepted" : opened.error().message;
  }
  /// Somebody changes the file on purpose, and makes the checksum fit.
  static std::string forged(const std::string& text, std::string_view from, std::string_view to) {
    const std::string changed = replaced(text, from, to);
    const auto start = changed.find("p2pns-sealed-key");
    const auto end = changed.find("checksum: ");
    const auto digest = crypto::sha256(as_bytes(std::string_view{changed}.substr(start, end - start)));
    return changed.substr(0, end) + "checksum: " + to_hex(digest.view().first(8)) + "\n";
  }

  p2pns::test::SeededRandom random{3};
  const crypto::Identity identity = make_identity(network.puzzles);
  const std::string node_text{encode_key_file(identity, network).view()};
  const std::string owner_text{encode_owner_key(identity.keys(), "p2pns-test").view()};
};

TEST_F(SealedKey, GivesBackBothKindsOfKeysAsTheyWere) {
  for (const std::string& text : {node_text, owner_text}) {
    const auto opened = open_sealed_key(seal(text), passphrase);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->view(), text);
  }
}

TEST_F(SealedKey, OpensWhatOtherProgramsMadeFromItsDescription) {
  std::ifstream stream(std::string{P2PNS_TEST_DATA} + "/sealed-owner-key.txt");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto opened = open_sealed_key(text, passphrase);
  ASSERT_TRUE(opened) << opened.error().message;
  const auto key = parse_owner_key(opened->view());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(to_hex(key->keys.public_key().view()), "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
}

TEST_F(SealedKey, SaysWhatItHoldsButNotItsSecret) {
  const std::string sealed = seal(node_text);
  const auto description = describe_key(sealed);
  ASSERT_TRUE(description) << description.error().message;
  EXPECT_EQ(*description, (KeyDescription{KeyKind::node, "p2pns-test", identity.public_key()}));
  EXPECT_EQ(*describe_key(node_text), *description);
  EXPECT_EQ(describe_key(seal(owner_text))->kind, KeyKind::owner);
  const std::string seed = node_text.substr(node_text.find("seed: ") + 6, 64);
  EXPECT_EQ(sealed.find(seed), std::string::npos);
}

TEST_F(SealedKey, IsAnotherOneEachTime) { EXPECT_NE(seal(node_text), seal(node_text)); }

TEST_F(SealedKey, SealsOnlyKeysAndOnlyOnce) {
  EXPECT_EQ(seal("hello"), "is no key of p2pns");
  EXPECT_EQ(seal(node_text.substr(0, node_text.size() - 9)), "puzzle: expected 16 hexadecimal digits");
  EXPECT_EQ(seal(seal(node_text)), "is under a passphrase already; copy it as it is");
}

TEST_F(SealedKey, TellsAWrongPassphraseFromDamage) {
  const std::string sealed = seal(node_text);
  EXPECT_EQ(open_error(sealed, "Correct horse"), "wrong passphrase");
  EXPECT_EQ(open_error(sealed, ""), "wrong passphrase");
  EXPECT_THAT(open_error(replaced(sealed, "passes: 1", "passes: 2")), HasSubstr("is damaged"));
  EXPECT_THAT(open_error(replaced(sealed, "network: p2pns-test", "network: p2pns-tesT")), HasSubstr("is damaged"));
}

TEST_F(SealedKey, NoticesEveryChangedCharacter) {
  const std::string sealed = seal(owner_text);
  for (std::size_t at = sealed.find("p2pns-sealed-key"); at < sealed.size(); ++at) {
    std::string damaged = sealed;
    damaged[at] = damaged[at] == '0' ? '1' : '0';
    EXPECT_NE(open_error(damaged), "accepted") << "at " << at;
  }
}

TEST_F(SealedKey, NoticesWhereverItIsCut) {
  const std::string sealed = seal(owner_text);
  for (std::size_t size = 0; size + 1 < sealed.size(); ++size)
    EXPECT_NE(open_error(sealed.substr(0, size)), "accepted") << "at " << size;
  EXPECT_EQ(open_error(sealed.substr(0, sealed.find("sealed: "))), "the line 'sealed: ...' is missing");
}

TEST_F(SealedKey, SurvivesOtherLineEndsAndNewComments) {
  std::string carried = "# written down on Tuesday\r\n";
  for (const char each : seal(owner_text)) carried += each == '\n' ? std::string{"\r\n"} : std::string{each};
  EXPECT_EQ(open_error(carried), "accepted");
}

TEST_F(SealedKey, AuthenticatesWhatItSaysAboutItself) {
  const std::string sealed = seal(node_text);
  EXPECT_EQ(open_error(forged(sealed, "holds: node", "holds: owner")), "wrong passphrase");
  EXPECT_EQ(open_error(forged(sealed, "network: p2pns-test", "network: p2pns")), "wrong passphrase");
  EXPECT_EQ(open_error(forged(sealed, "holds: node", "holds: both")), "holds: expected node or owner");
}

TEST_F(SealedKey, MayNotAskForMoreThanASmallMachineHas) {
  const std::string sealed = seal(node_text);
  for (const std::string_view memory : {"1048577", "67108864", "4294967296", "99999999999999999999", "7", "-1", "x"})
    EXPECT_EQ(open_error(forged(sealed, "memory_kib: 8\n", "memory_kib: " + std::string{memory} + "\n")),
              "memory_kib: expected a number from 8 to 1048576")
        << memory;
  for (const std::string_view passes : {"17", "0", ""})
    EXPECT_EQ(open_error(forged(sealed, "passes: 1\n", "passes: " + std::string{passes} + "\n")),
              "passes: expected a number from 1 to 16")
        << passes;
  EXPECT_EQ(open_error(forged(sealed, "passes: 1\n", "passes: 16\n")), "wrong passphrase")
      << "allowed, but another key";
  EXPECT_EQ(open_error(forged(sealed, "kdf: argon2id", "kdf: md5")), "kdf: expected argon2id");
}

TEST_F(SealedKey, IsNoLargerThanItsMaximum) {
  EXPECT_EQ(open_error(std::string(sealed_key_bytes_maximum + 1, '#')), "is too large for a key file");
  std::string largest = node_text;
  largest.insert(0, "#" + std::string(key_file_bytes_maximum - node_text.size() - 2, 'x') + "\n");
  ASSERT_EQ(largest.size(), key_file_bytes_maximum);
  EXPECT_EQ(open_error(seal(largest)), "accepted");
  EXPECT_EQ(seal("#" + largest), "is too large for a key file");
}

}  // namespace
}  // namespace p2pns::config
