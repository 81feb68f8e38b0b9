// P2PName: the one canonical form of a name; all front ends use these functions. UTS #46 / IDNA2008 (libidn2), lower
// case, A-label, 1-63 octets of letters, digits, hyphen. Anything else is refused with a sentence that says why.
// Symbols and emoji are refused because IDNA2008 refuses them: a browser could not reach such a name.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/signature.hpp"

namespace p2pns::names {

/// Zones served. Every zone has the alias `<zone>.alt` (RFC 9476), so that `p2p.alt` works wherever `p2p` does; an
/// alias hashes as its zone.
struct Zones {
  std::vector<std::string> names{"p2p"};
  /// True for a zone or for the alias `<zone>.alt`; canonical text expected.
  bool contains(std::string_view zone) const;
};
inline constexpr std::size_t zones_maximum = 16;

enum class NameKind : std::uint8_t {
  label,       ///< a registered name: alice.p2p
  public_key,  ///< <52 characters base32>.id.p2p: needs no registration, no DHT
};

struct P2PName {
  NameKind kind = NameKind::label;
  std::string zone;   ///< canonical, aliases replaced
  std::string label;  ///< canonical; for public_key the 52 characters
  friend auto operator<=>(const P2PName&, const P2PName&) = default;
};

/// "alice.p2p"; for a key "<base32>.id.p2p".
std::string to_string(const P2PName&);
/// The Ed25519 key of a public_key name. Errors: bad_name.
Result<crypto::PublicKey> public_key_of(const P2PName&);
/// "<base32>.id.<zone>"
P2PName name_of_key(const crypto::PublicKey&, std::string_view zone);

/// Why a text is no name: a sentence for a person.
struct NameError {
  std::string message;
};
template <class T>
using NameResult = boost::system::result<T, NameError>;

/// A name and what stands in front of it: "www.alice.p2p" is alice.p2p with prefix "www".
struct ParsedName {
  P2PName name;
  std::string prefix;  ///< relative to the name, canonical, may be empty
};

/// "alice.p2p", "Alice.p2p.alt.", "www.alice.p2p", "münchen.p2p". The reserved labels `id` and `hit-to-ip` are no
/// names.
NameResult<ParsedName> parse_name(std::string_view text, const Zones&);
/// Like parse_name, but refuses a prefix: what may be registered.
NameResult<P2PName> parse_registrable_name(std::string_view text, const Zones&);
/// A zone as a configuration may name it: "P2P." is "p2p". At most 63 octets; an alias is no zone.
NameResult<std::string> parse_zone(std::string_view text);
/// What may stand in front of a name, as a record's owner name: "", "www", "_sip._udp", "*.lab".
NameResult<std::string> parse_prefix(std::string_view text);

/// True when the name is in the form parse_registrable_name makes, or is a public key's; for names that come from
/// other nodes, without Unicode tables. The zone need not be served here.
bool is_canonical(const P2PName&);
/// The same for a record's owner name.
bool is_canonical_prefix(std::string_view prefix) noexcept;

/// Longest whole name, dots included, without the final one (RFC 1035).
inline constexpr std::size_t whole_name_maximum_octets = 253;

}  // namespace p2pns::names

template <>
struct std::hash<p2pns::names::P2PName> {
  std::size_t operator()(const p2pns::names::P2PName& name) const noexcept {
    const std::hash<std::string_view> text;
    return text(name.label) * 31U + text(name.zone) * 3U + static_cast<std::size_t>(name.kind);
  }
};

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::names::NameError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
