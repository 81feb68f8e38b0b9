#include "config/key_fields.hpp"

#include "core/crypto/network.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::config {

namespace {

constexpr std::string_view format_version = "1";
constexpr std::array kinds{KeyKind::node, KeyKind::owner, KeyKind::sealed};

/// Takes the first line off the text, without its end.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_comment(std::string_view line) { return line.empty() || line.front() == '#'; }

bool is_field(std::string_view line, std::string_view name) {
  return line.starts_with(name) && line.substr(name.size()).starts_with(": ");
}

}  // namespace

std::string_view describe(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::node:
      return "a node's key";
    case KeyKind::owner:
      return "an owner key";
    case KeyKind::sealed:
      return "a key under a passphrase";
  }
  return "?";
}

std::string_view first_field(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::node:
      return "p2pns-key";
    case KeyKind::owner:
      return "p2pns-owner-key";
    case KeyKind::sealed:
      return "p2pns-sealed-key";
  }
  return "?";
}

std::optional<KeyKind> kind_of(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (is_comment(line)) continue;
    for (const KeyKind kind : kinds)
      if (is_field(line, first_field(kind))) return kind;
    return std::nullopt;
  }
  return std::nullopt;
}

ConfigResult<std::vector<std::string_view>> read_fields(std::string_view text,
                                                        std::span<const std::string_view> names) {
  std::vector<std::string_view> values;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::string_view line = take_line(text);
    if (is_comment(line)) continue;
    const std::string place = "line " + std::to_string(line_number) + ": ";
    if (values.size() == names.size()) return ConfigError{place + "expected nothing more"};
    const std::string_view name = names[values.size()];
    if (!is_field(line, name)) return ConfigError{place + "expected '" + std::string{name} + ": ...'"};
    values.push_back(line.substr(name.size() + 2));
  }
  if (values.size() < names.size())
    return ConfigError{"the line '" + std::string{names[values.size()]} + ": ...' is missing"};
  return values;
}

ConfigResult<std::vector<std::string_view>> read_key_fields(std::string_view text, KeyKind kind,
                                                            std::span<const std::string_view> names) {
  if (const auto found = kind_of(text); found && *found != kind)
    return ConfigError{"is " + std::string{describe(*found)} + ", and not " + std::string{describe(kind)}};
  std::vector<std::string_view> all{first_field(kind)};
  all.insert(all.end(), names.begin(), names.end());
  auto values = read_fields(text, all);
  if (!values) return values.error();
  if (values->front() != format_version) return ConfigError{"has a format that this version does not know"};
  values->erase(values->begin());
  return values;
}

ConfigResult<std::string> parse_network(std::string_view text) {
  if (!crypto::is_network_id(text)) return ConfigError{std::string{"network: expected "} + crypto::network_id_form};
  return {boost::system::in_place_value, text};
}

ConfigResult<crypto::KeyPair> parse_key_pair(std::string_view public_hex, std::string_view seed_hex) {
  const auto public_key = parse_hex<crypto::PublicKey>("public_key", public_hex);
  if (!public_key) return public_key.error();
  const ConfigError malformed{"seed: expected " + std::to_string(2 * crypto::Seed::size_bytes) + " hexadecimal digits"};
  auto bytes = from_hex(seed_hex);
  if (!bytes) return malformed;
  const crypto::WipeGuard guard{*bytes};
  if (bytes->size() != crypto::Seed::size_bytes) return malformed;
  crypto::Seed seed;
  const crypto::WipeGuard seed_guard{seed.mutable_view()};
  std::copy(bytes->begin(), bytes->end(), seed.value.begin());
  const auto keys = crypto::KeyPair::from_seed(seed);
  if (keys.public_key() != *public_key) return ConfigError{"public_key does not belong to seed"};
  return keys;
}

void append_seed(SecretText& text, const crypto::KeyPair& keys) {
  crypto::Seed seed = keys.seed();
  const crypto::WipeGuard guard{seed.mutable_view()};
  text.append("seed: ").append_hex(seed.view()).append("\n");
}

void append_field(SecretText& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\n");
}

}  // namespace p2pns::config
