// P2PName: the one canonical form of a name; all front ends use these functions. UTS #46 / IDNA2008 (libidn2), lower
// case, A-label, 1-63 octets of letters, digits, hyphen. Anything else is refused with a sentence that says why.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/signature.hpp"

namespace p2pns::names {

/// Zones served. `p2p.alt` (RFC 9476) is an alias of the first zone that always works; an alias hashes as its zone.
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

}  // namespace p2pns::names

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::names::NameError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
