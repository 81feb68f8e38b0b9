// Key files of all kinds: a node's, an owner's, and one under a passphrase. What is accepted is written again as a file
// that means the same, and a backup gives back what was put into it.
#include "config/key_file.hpp"

#include "config/owner_key_file.hpp"
#include "config/sealed_key.hpp"
#include "core/crypto/digest.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::fuzz {
namespace {

using namespace config;

constexpr std::string_view passphrase = "correct horse";

void require_sentence(const ConfigError& error) { require(is_one_line(error.message), "an error is one line"); }

void check_node_key(std::string_view text) {
  const auto identity = decode_key_file(text, test_network);
  if (!identity) return require_sentence(identity.error());
  const auto again = decode_key_file(encode_key_file(*identity, test_network).view(), test_network);
  require(again.has_value(), "a node's key is read as it was written");
  require(again->public_key() == identity->public_key() && again->puzzle() == identity->puzzle(),
          "a key file keeps the identity");
}

void check_owner_key(std::string_view text) {
  const auto key = parse_owner_key(text);
  if (!key) return require_sentence(key.error());
  const auto again = parse_owner_key(encode_owner_key(key->keys, key->network).view());
  require(again && again->network == key->network && again->keys.public_key() == key->keys.public_key(),
          "an owner key is read as it was written");
}

void check_backup(std::string_view text) {
  const auto described = describe_key(text);
  if (!described) return require_sentence(described.error());
  test::SeededRandom random{1};
  const auto sealed = seal_key(text, passphrase, random, {1, crypto::passphrase_memory_minimum_kib});
  if (kind_of(text) == KeyKind::sealed) return require(!sealed, "what is under a passphrase gets no second one");
  require(sealed.has_value(), "what can be described can be backed up");
  const auto of_backup = describe_key(sealed->view());
  require(of_backup && *of_backup == *described, "a backup says what it holds");
  const auto opened = open_sealed_key(sealed->view(), passphrase);
  require(opened && opened->view() == text, "a backup gives back what was put into it");
  require(!open_sealed_key(sealed->view(), "wrong"), "another passphrase opens nothing");
}

/// The input as a sealed key whose checksum fits, which no mutation would find. None when it would cost much to open.
std::optional<std::string> with_checksum(std::string_view text) {
  constexpr std::array<std::string_view, 10> names{"holds",      "network", "public_key", "kdf",    "passes",
                                                   "memory_kib", "salt",    "nonce",      "sealed", "checksum"};
  constexpr std::size_t passes = 4;
  constexpr std::size_t memory_kib = 5;
  const auto values = read_key_fields(text, KeyKind::sealed, names);
  if (!values) return std::nullopt;
  if ((*values)[passes].size() > 1 || (*values)[memory_kib].size() > 3) return std::nullopt;
  std::string lines = "p2pns-sealed-key: 1\n";
  for (std::size_t i = 0; i + 1 < names.size(); ++i)
    lines += std::string{names[i]} + ": " + std::string{(*values)[i]} + "\n";
  const auto digest = crypto::sha256(as_bytes(lines));
  return lines + "checksum: " + to_hex(digest.view().first(8)) + "\n";
}

void check_sealed(std::string_view text) {
  const auto forged = with_checksum(text);
  if (!forged) return;
  const auto described = describe_key(*forged);
  if (!described) require_sentence(described.error());
  const auto opened = open_sealed_key(*forged, passphrase);
  if (!opened) return require_sentence(opened.error());
  const auto inside = describe_key(opened->view());
  require(inside && described && *inside == *described, "a sealed key holds what it says");
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = as_text(input);
  check_node_key(text);
  check_owner_key(text);
  check_backup(text);
  check_sealed(text);
}

}  // namespace p2pns::fuzz
