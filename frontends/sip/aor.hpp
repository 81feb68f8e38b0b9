// Aor: the address of record of a user as a name. "alice@p2p" and "alice.p2p" are the name alice.p2p; "x@alice.p2p" is
// one more user of it. Which name it is, the one parser of names decides (core/names/p2p_name.hpp).
#pragma once

#include <string>

#include "core/names/p2p_name.hpp"
#include "frontends/sip/uri.hpp"

namespace p2pns::sip {

/// Of the user in front of "@alice.p2p".
inline constexpr std::size_t aor_user_maximum_bytes = 64;

struct Aor {
  names::P2PName name;
  std::string user;  ///< empty: alice@p2p itself; else letters, digits and the marks a URI has without an escape
  friend auto operator<=>(const Aor&, const Aor&) = default;
};

struct AorError {
  bool foreign = false;  ///< the domain is none of our zones
  std::string message;   ///< a sentence for a person
};
using AorResult = boost::system::result<Aor, AorError>;

/// From a sip or sips URI; port and parameters do not count. What it returns can stand in a header as it is.
AorResult aor_of(const SipUri&, const names::Zones&);
/// "alice@p2p", "x@alice.p2p".
std::string to_string(const Aor&);

}  // namespace p2pns::sip

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::sip::AorError& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
