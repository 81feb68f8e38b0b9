// Key file: a node's identity on disk. Lives in config/, beside the other file an operator owns: the core stays without
// files, and daemon and command line share one format.
//
//   # comment
//   p2pns-key: 1               format version
//   network: p2pns             the overlay the puzzles were solved for
//   static_bits: 20
//   dynamic_bits: 20
//   public_key: <64 hex>
//   seed: <64 hex>             the secret
//   puzzle: <16 hex>           solution of the dynamic puzzle
//
// A key file is made once, with mode 0600, and never overwritten. It may stand under a passphrase (sealed_key.hpp).
#pragma once

#include "config/key_fields.hpp"
#include "core/crypto/identity.hpp"
#include "core/crypto/network.hpp"

namespace p2pns::config {

/// The passphrase of a key that has one; none: nobody knows it.
using Passphrase = std::optional<std::string_view>;

/// None when there is no such file. Errors, each one sentence with the path: others can read the file, it belongs to
/// another network, its puzzles are too easy for this network, it is malformed or another kind of key, the passphrase
/// is missing or wrong, it cannot be read.
ConfigResult<std::optional<crypto::Identity>> load_key_file(const std::string& path, const crypto::NetworkParameters&,
                                                            const Passphrase& = {});
/// Appears at `path` complete or not at all. Errors: the file exists already, or cannot be written.
ConfigResult<void> save_key_file(const std::string& path, const crypto::Identity&, const crypto::NetworkParameters&);

/// What stands in a node's key file. The bits only explain; what counts is whether the puzzles hold.
struct NodeKey {
  std::string network;
  std::string static_bits;
  std::string dynamic_bits;
  crypto::Identity identity;
};

/// The text form; pure.
SecretText encode_key_file(const crypto::Identity&, const crypto::NetworkParameters&);
/// Form and the key's consistency. Errors: a sentence without the path.
ConfigResult<NodeKey> parse_node_key(std::string_view text);
/// The same, and whether the key is good for this network. Errors: a sentence without the path.
ConfigResult<crypto::Identity> decode_key_file(std::string_view text, const crypto::NetworkParameters&);

/// The sentence for a key of another network than the configuration's; none when they are the same.
std::optional<ConfigError> check_network(std::string_view key_network, std::string_view configured);

}  // namespace p2pns::config
