// The common form of all key files: comments, and lines "name: value" in a fixed order. The name of the first line says
// what kind of key stands in the file; its value is the version of the format.
#pragma once

#include <array>
#include <optional>

#include "config/passphrase_file.hpp"
#include "core/crypto/signature.hpp"

namespace p2pns::config {

/// Of a node's or an owner's key as plain text. One under a passphrase may have sealed_key_bytes_maximum.
inline constexpr std::size_t key_file_bytes_maximum = 4096;

enum class KeyKind {
  node,   ///< "p2pns-key": who a node is, with its puzzles (key_file.hpp)
  owner,  ///< "p2pns-owner-key": who owns names (owner_key_file.hpp)
  sealed  ///< "p2pns-sealed-key": one of the two under a passphrase (sealed_key.hpp)
};
/// "a node's key", ...
std::string_view describe(KeyKind) noexcept;
/// Name of the first line, "p2pns-key", ...
std::string_view first_field(KeyKind) noexcept;
/// What the first line that is no comment says; none when it is no key of ours.
std::optional<KeyKind> kind_of(std::string_view text);

/// The values of exactly these fields, in this order; views of `text`. A carriage return before a line's end does not
/// count. Errors: a sentence with the line's number.
ConfigResult<std::vector<std::string_view>> read_fields(std::string_view text, std::span<const std::string_view> names);
/// The same for a key of this kind in version 1; the first value, the version, is left out. Errors: another kind
/// (named), another version, those of read_fields.
ConfigResult<std::vector<std::string_view>> read_key_fields(std::string_view text, KeyKind,
                                                            std::span<const std::string_view> names);

/// The network a key is for. Errors: it cannot be one (crypto::is_network_id).
ConfigResult<std::string> parse_network(std::string_view text);
/// For secrets use parse_key_pair. Errors: "seed: expected 64 hexadecimal digits".
template <class Fixed>
ConfigResult<Fixed> parse_hex(std::string_view name, std::string_view text) {
  if (const auto bytes = from_hex(text))
    if (const auto value = Fixed::from(*bytes)) return *value;
  return ConfigError{std::string{name} + ": expected " + std::to_string(2 * Fixed::size_bytes) + " hexadecimal digits"};
}
/// The key pair of a hexadecimal seed. Errors: either is malformed, or they do not belong together.
ConfigResult<crypto::KeyPair> parse_key_pair(std::string_view public_hex, std::string_view seed_hex);
/// Appends "seed: <64 hex>\n".
void append_seed(SecretText&, const crypto::KeyPair&);
/// Appends "name: value\n".
void append_field(SecretText&, std::string_view name, std::string_view value);

}  // namespace p2pns::config
