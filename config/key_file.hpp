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
// A key file is made once, with mode 0600, and never overwritten.
#pragma once

#include <optional>
#include <string>

#include "core/crypto/identity.hpp"
#include "core/crypto/network.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::config {

using plugins::ConfigError;
using plugins::ConfigResult;

inline constexpr std::size_t key_file_bytes_maximum = 4096;

/// None when there is no such file. Errors, each one sentence with the path: others can read the file, it belongs to
/// another network, its puzzles are too easy for this network, it is malformed, it cannot be read.
ConfigResult<std::optional<crypto::Identity>> load_key_file(const std::string& path, const crypto::NetworkParameters&);
/// Whether save_key_file could make a file there now, found out by trying. Puzzles take long; this comes before them.
ConfigResult<void> check_key_file_place(const std::string& path);
/// Appears at `path` complete or not at all. Errors: the file exists already, or cannot be written.
ConfigResult<void> save_key_file(const std::string& path, const crypto::Identity&, const crypto::NetworkParameters&);

/// The text form; pure.
std::string encode_key_file(const crypto::Identity&, const crypto::NetworkParameters&);
/// Errors: a sentence without the path.
ConfigResult<crypto::Identity> decode_key_file(std::string_view text, const crypto::NetworkParameters&);

}  // namespace p2pns::config
