// Jid: an XMPP address, local@domain/resource (RFC 7622), as far as a gateway has to understand it. Which characters a
// server allows is the server's matter: it has stamped the address. Here it must only be safe to keep and to compare.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/names/p2p_name.hpp"

namespace p2pns::xmpp {

/// Octets of each of the three parts (RFC 7622, section 3).
inline constexpr std::size_t jid_part_maximum_bytes = 1023;

struct Jid {
  std::string local;     ///< empty: the address of a domain
  std::string domain;    ///< lower case
  std::string resource;  ///< empty: a bare address
  friend auto operator<=>(const Jid&, const Jid&) = default;
};

/// True unless a character is cut or a byte begins none: what may stand in a stream if the rest came out of one.
bool is_utf8(std::string_view text) noexcept;

/// Errors: malformed (an empty or too long part, characters that no address may have, no UTF-8).
Result<Jid> parse_jid(std::string_view text);
std::string to_string(const Jid&);
/// Without the resource.
std::string bare(const Jid&);
Jid with_resource(Jid bare, std::string_view resource);
/// The bare part of an address that a server stamped: whose it is, at whatever device.
std::string user_part(std::string_view address);

/// A name's label as an address shows it: "münchen" of "xn--mnchen-3ya" when all its letters are Latin with marks (up
/// to U+017F), the label itself otherwise. Servers change nothing in those, and none is taken for a letter of another
/// script.
std::string shown_label(const names::P2PName&);

/// Between the addresses of the component's domain, those on links, and names. `alice@p2p` is the label alice.
class Addresses {
 public:
  /// `domain`: of the component, as the server knows it. It need not be a zone: then it stands for the first one.
  /// Names of other zones have no address there.
  Addresses(std::string domain, names::Zones zones);

  const std::string& domain() const noexcept { return domain_; }
  const std::string& zone() const noexcept { return zone_; }

  /// What the local part of an address at the component means; a sentence when it is no name.
  names::NameResult<names::P2PName> name_of(std::string_view local) const;
  /// The name of an address that came over a link: its domain is the zone, its local part canonical. Errors: malformed.
  Result<names::P2PName> name_on_link(const Jid&) const;
  /// alice@p2p/resource, as on links: the domain is the zone.
  static std::string on_link(const names::P2PName&, std::string_view resource);
  /// alice@domain/resource, as this server's users see it: the label as shown_label() has it.
  std::string at_component(const names::P2PName&, std::string_view resource) const;

 private:
  std::string domain_;
  names::Zones zones_;
  std::string zone_;
};

}  // namespace p2pns::xmpp
