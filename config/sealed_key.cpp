#include "config/sealed_key.hpp"

#include <charconv>

#include "config/owner_key_file.hpp"
#include "core/crypto/digest.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::config {

namespace {

enum Field : std::size_t { holds, network, public_key, kdf, passes, memory_kib, salt, nonce, sealed, checksum };
constexpr std::array<std::string_view, 10> fields{"holds",      "network", "public_key", "kdf",    "passes",
                                                  "memory_kib", "salt",    "nonce",      "sealed", "checksum"};
constexpr std::string_view only_kdf = "argon2id";
constexpr std::size_t checksum_bytes = 8;

std::string_view word_of(KeyKind kind) { return kind == KeyKind::node ? "node" : "owner"; }

/// The first `count` lines of a sealed key, as they are authenticated: without comments.
std::string lines(std::span<const std::string_view> values, std::size_t count) {
  std::string text = std::string{first_field(KeyKind::sealed)} + ": 1\n";
  for (std::size_t i = 0; i < count; ++i) text += std::string{fields[i]} + ": " + std::string{values[i]} + "\n";
  return text;
}

std::string checksum_of(std::string_view text) {
  return to_hex(crypto::sha256(as_bytes(text)).view().first(checksum_bytes));
}

/// The values of a sealed key that came through undamaged. Errors: form, checksum.
ConfigResult<std::vector<std::string_view>> read_sealed(std::string_view text) {
  if (text.size() > sealed_key_bytes_maximum) return ConfigError{"is too large for a key file"};
  auto values = read_key_fields(text, KeyKind::sealed, fields);
  if (!values) return values.error();
  if ((*values)[checksum] != checksum_of(lines(*values, checksum)))
    return ConfigError{"is damaged: it is not as it was written (its checksum does not match)"};
  return values;
}

ConfigResult<KeyDescription> description_of(std::span<const std::string_view> values) {
  KeyDescription description;
  if (values[holds] != word_of(KeyKind::node) && values[holds] != word_of(KeyKind::owner))
    return ConfigError{"holds: expected node or owner"};
  description.kind = values[holds] == word_of(KeyKind::node) ? KeyKind::node : KeyKind::owner;
  auto network_id = parse_network(values[network]);
  if (!network_id) return network_id.error();
  description.network = std::move(*network_id);
  const auto key = parse_hex<crypto::PublicKey>("public_key", values[public_key]);
  if (!key) return key.error();
  description.public_key = *key;
  return description;
}

ConfigResult<std::uint32_t> parse_number(std::string_view name, std::string_view text, std::uint32_t minimum,
                                         std::uint32_t maximum) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < minimum || value > maximum)
    return ConfigError{std::string{name} + ": expected a number from " + std::to_string(minimum) + " to " +
                       std::to_string(maximum)};
  return value;
}

ConfigResult<crypto::PassphraseCost> parse_cost(std::span<const std::string_view> values) {
  if (values[kdf] != only_kdf) return ConfigError{"kdf: expected argon2id"};
  const auto passes_value = parse_number(fields[passes], values[passes], crypto::passphrase_passes_minimum,
                                         crypto::passphrase_passes_maximum);
  if (!passes_value) return passes_value.error();
  const auto memory = parse_number(fields[memory_kib], values[memory_kib], crypto::passphrase_memory_minimum_kib,
                                   crypto::passphrase_memory_maximum_kib);
  if (!memory) return memory.error();
  return crypto::PassphraseCost{*passes_value, *memory};
}

ConfigError no_memory(const crypto::PassphraseCost& cost) {
  return {"its passphrase needs " + std::to_string(cost.memory_kib / 1024) + " MiB of memory, which is not there"};
}

}  // namespace

ConfigResult<KeyDescription> describe_key(std::string_view text) {
  const auto kind = kind_of(text);
  if (!kind) return ConfigError{"is no key of p2pns"};
  if (*kind == KeyKind::sealed) {
    const auto values = read_sealed(text);
    if (!values) return values.error();
    return description_of(*values);
  }
  if (*kind == KeyKind::owner) {
    const auto key = parse_owner_key(text);
    if (!key) return key.error();
    return KeyDescription{*kind, key->network, key->keys.public_key()};
  }
  const auto key = parse_node_key(text);
  if (!key) return key.error();
  return KeyDescription{*kind, key->network, key->identity.public_key()};
}

ConfigResult<SecretText> seal_key(std::string_view text, std::string_view passphrase, Random& random,
                                  const crypto::PassphraseCost& cost) {
  if (kind_of(text) == KeyKind::sealed) return ConfigError{"is under a passphrase already; copy it as it is"};
  const auto description = describe_key(text);
  if (!description) return description.error();
  const auto salt_value = random.value<crypto::PassphraseSalt>();
  const auto nonce_value = random.value<crypto::Nonce>();
  const std::array<std::string, nonce + 1> owned{std::string{word_of(description->kind)},
                                                 description->network,
                                                 to_hex(description->public_key.view()),
                                                 std::string{only_kdf},
                                                 std::to_string(cost.passes),
                                                 std::to_string(cost.memory_kib),
                                                 to_hex(salt_value.view()),
                                                 to_hex(nonce_value.view())};
  const std::vector<std::string_view> values(owned.begin(), owned.end());
  auto key = crypto::derive_passphrase_key(as_bytes(passphrase), salt_value, cost);
  if (!key) return no_memory(cost);
  const crypto::WipeGuard guard{key->mutable_view()};
  const std::string header = lines(values, values.size());
  ByteVector ciphertext;
  crypto::SodiumSealer{}.seal(*key, nonce_value, as_bytes(header), as_bytes(text), ciphertext);
  const std::string body = header + std::string{fields[sealed]} + ": " + to_hex(ciphertext) + "\n";
  SecretText result(sealed_key_bytes_maximum);
  result.append("# A p2pns key under a passphrase; without that nobody can use it. To get the key back:\n");
  result.append("# p2pns key restore THIS_FILE --out KEY_FILE\n").append(body);
  append_field(result, fields[checksum], checksum_of(body));
  return result;
}

ConfigResult<SecretText> open_sealed_key(std::string_view text, std::string_view passphrase) {
  const auto values = read_sealed(text);
  if (!values) return values.error();
  const auto description = description_of(*values);
  if (!description) return description.error();
  const auto cost = parse_cost(*values);
  if (!cost) return cost.error();
  const auto salt_value = parse_hex<crypto::PassphraseSalt>(fields[salt], (*values)[salt]);
  if (!salt_value) return salt_value.error();
  const auto nonce_value = parse_hex<crypto::Nonce>(fields[nonce], (*values)[nonce]);
  if (!nonce_value) return nonce_value.error();
  const auto ciphertext = from_hex((*values)[sealed]);
  if (!ciphertext) return ConfigError{"sealed: expected hexadecimal digits"};
  auto key = crypto::derive_passphrase_key(as_bytes(passphrase), *salt_value, *cost);
  if (!key) return no_memory(*cost);
  const crypto::WipeGuard guard{key->mutable_view()};
  auto plain = crypto::SodiumSealer{}.open(*key, *nonce_value, as_bytes(lines(*values, sealed)), *ciphertext);
  if (!plain) return ConfigError{"wrong passphrase"};
  const crypto::WipeGuard plain_guard{*plain};
  // Only who knows the passphrase could have made it otherwise; but then it would be taken for what it is not.
  const auto inside = describe_key(as_text(*plain));
  if (!inside || *inside != *description) return ConfigError{"holds another key than it says"};
  return SecretText(as_text(*plain));
}

}  // namespace p2pns::config
