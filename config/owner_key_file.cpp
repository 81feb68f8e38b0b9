#include "config/owner_key_file.hpp"

#include "config/key_text.hpp"

namespace p2pns::config {

namespace {

constexpr std::array<std::string_view, 3> fields{"network", "public_key", "seed"};

}  // namespace

SecretText encode_owner_key(const crypto::KeyPair& keys, std::string_view network_id) {
  SecretText text(key_file_bytes_maximum);
  text.append(
      "# The owner key of p2pns names. Whoever reads this file owns them; who loses it loses them. Back it up.\n");
  append_field(text, first_field(KeyKind::owner), "1");
  append_field(text, "network", network_id);
  append_field(text, "public_key", to_hex(keys.public_key().view()));
  append_seed(text, keys);
  return text;
}

ConfigResult<OwnerKey> parse_owner_key(std::string_view text) {
  if (text.size() > key_file_bytes_maximum) return ConfigError{"is too large for a key file"};
  const auto values = read_key_fields(text, KeyKind::owner, fields);
  if (!values) return values.error();
  const auto keys = parse_key_pair((*values)[1], (*values)[2]);
  if (!keys) return keys.error();
  const auto network = parse_network((*values)[0]);
  if (!network) return network.error();
  return OwnerKey{*network, *keys};
}

ConfigResult<crypto::KeyPair> load_owner_key_file(const std::string& path, const crypto::NetworkParameters& network,
                                                  const Passphrase& passphrase) {
  const auto text = load_key_text(path, passphrase);
  if (!text) return text.error();
  if (!*text)
    return ConfigError{path +
                       ": does not exist; restore it from its backup with p2pns key restore, or make a new one " +
                       "with p2pns keygen --owner"};
  if (kind_of((*text)->view()) == KeyKind::node)
    return ConfigError{path + ": is a node's key, and not an owner key; p2pns keygen --owner --from makes one of it"};
  const auto key = parse_owner_key((*text)->view());
  if (!key) return ConfigError{path + ": " + key.error().message};
  if (const auto error = check_network(key->network, network.network_id))
    return ConfigError{path + ": " + error->message};
  return key->keys;
}

}  // namespace p2pns::config
