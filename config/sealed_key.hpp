// Sealed key: a key file under a passphrase. A backup is one, and a daemon can use one as its key file. It says about
// itself what is no secret, so that years later one still knows what it is for:
//
//   p2pns-sealed-key: 1
//   holds: node                which kind of key: node or owner
//   network: p2pns
//   public_key: <64 hex>
//   kdf: argon2id              key = Argon2id(passphrase, salt; passes, memory), 32 bytes
//   passes: 3
//   memory_kib: 262144
//   salt: <32 hex>
//   nonce: <48 hex>
//   sealed: <hex>              XChaCha20-Poly1305 of the key file's text; authenticates the nine lines above, too
//   checksum: <16 hex>         first 8 bytes of SHA-256 of the ten lines above: tells damage from a wrong passphrase
#pragma once

#include "config/key_fields.hpp"
#include "core/crypto/passphrase.hpp"

namespace p2pns::config {

/// Two digits for each byte of a key file and its tag, the other lines, and room for comments.
inline constexpr std::size_t sealed_key_bytes_maximum = 3 * key_file_bytes_maximum;

/// What may be known of a key without its secret.
struct KeyDescription {
  KeyKind kind = KeyKind::node;  ///< node or owner
  std::string network;
  crypto::PublicKey public_key;
  friend bool operator==(const KeyDescription&, const KeyDescription&) = default;
};
/// Of a node's or owner's key file (form and consistency are checked), or what a sealed one says about itself. Errors:
/// a sentence without the path.
ConfigResult<KeyDescription> describe_key(std::string_view text);

/// Seals the text of a node's or owner's key file. Errors, sentences without a path: it is neither; no memory.
ConfigResult<SecretText> seal_key(std::string_view text, std::string_view passphrase, Random&,
                                  const crypto::PassphraseCost& cost = {});
/// The text of the key file. Errors, sentences without a path: damaged, asks for too much, wrong passphrase.
ConfigResult<SecretText> open_sealed_key(std::string_view text, std::string_view passphrase);

}  // namespace p2pns::config
