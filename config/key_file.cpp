#include "config/key_file.hpp"

#include "config/key_text.hpp"
#include "core/base/printable.hpp"

namespace p2pns::config {

namespace {

constexpr std::array<std::string_view, 6> fields{"network",    "static_bits", "dynamic_bits",
                                                 "public_key", "seed",        "puzzle"};

}  // namespace

SecretText encode_key_file(const crypto::Identity& identity, const crypto::NetworkParameters& network) {
  SecretText text(key_file_bytes_maximum);
  text.append("# The key of a p2pns node. Whoever reads this file can act as the node and own its names.\n");
  append_field(text, first_field(KeyKind::node), "1");
  append_field(text, "network", network.network_id);
  append_field(text, "static_bits", std::to_string(network.puzzles.static_bits));
  append_field(text, "dynamic_bits", std::to_string(network.puzzles.dynamic_bits));
  append_field(text, "public_key", to_hex(identity.public_key().view()));
  append_seed(text, identity.keys());
  append_field(text, "puzzle", to_hex(identity.puzzle().view()));
  return text;
}

ConfigResult<NodeKey> parse_node_key(std::string_view text) {
  if (text.size() > key_file_bytes_maximum) return ConfigError{"is too large for a key file"};
  const auto values = read_key_fields(text, KeyKind::node, fields);
  if (!values) return values.error();
  const auto keys = parse_key_pair((*values)[3], (*values)[4]);
  if (!keys) return keys.error();
  const auto puzzle = parse_hex<crypto::PuzzleSolution>("puzzle", (*values)[5]);
  if (!puzzle) return puzzle.error();
  const auto network = parse_network((*values)[0]);
  if (!network) return network.error();
  constexpr std::size_t bits_digits_maximum = 4;
  return NodeKey{*network, std::string{(*values)[1].substr(0, bits_digits_maximum)},
                 std::string{(*values)[2].substr(0, bits_digits_maximum)}, crypto::Identity(*keys, *puzzle)};
}

std::optional<ConfigError> check_network(std::string_view key_network, std::string_view configured) {
  if (key_network == configured) return std::nullopt;
  return ConfigError{"belongs to the network '" + std::string{key_network} + "', the configuration names '" +
                     std::string{configured} + "'"};
}

ConfigResult<crypto::Identity> decode_key_file(std::string_view text, const crypto::NetworkParameters& network) {
  const auto key = parse_node_key(text);
  if (!key) return key.error();
  if (auto error = check_network(key->network, network.network_id)) return *error;
  if (!crypto::puzzles_solved(key->identity.public_key(), key->identity.puzzle(), network.puzzles))
    return ConfigError{"its puzzles were solved for " + printable(key->static_bits) + " and " +
                       printable(key->dynamic_bits) + " bits, the network asks for " +
                       std::to_string(network.puzzles.static_bits) + " and " +
                       std::to_string(network.puzzles.dynamic_bits)};
  return key->identity;
}

ConfigResult<std::optional<crypto::Identity>> load_key_file(const std::string& path,
                                                            const crypto::NetworkParameters& network,
                                                            const Passphrase& passphrase) {
  const auto text = load_key_text(path, passphrase);
  if (!text) return text.error();
  if (!*text) return std::optional<crypto::Identity>{};
  if (kind_of((*text)->view()) == KeyKind::owner)
    return ConfigError{path + ": is an owner key, and not a node's key; it belongs into node.owner_key_file"};
  const auto identity = decode_key_file((*text)->view(), network);
  if (!identity) return ConfigError{path + ": " + identity.error().message};
  return std::optional<crypto::Identity>{*identity};
}

ConfigResult<void> save_key_file(const std::string& path, const crypto::Identity& identity,
                                 const crypto::NetworkParameters& network) {
  return plugins::create_private_file(path, encode_key_file(identity, network).view());
}

}  // namespace p2pns::config
