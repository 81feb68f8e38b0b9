// The form in which zones and labels stand in records (docs/protocol.md, "Names in records"). One check for all who
// read what other nodes wrote: replicas, the owner's desk, record sets. How a typed text gets this form is the matter
// of core/names.
#pragma once

#include <cstdint>
#include <string_view>

namespace p2pns::dht {

inline constexpr std::size_t zone_maximum_bytes = 63;
inline constexpr std::size_t label_maximum_bytes = 63;  // RFC 1035

/// `<zone>.alt` is the alias of a zone (RFC 9476): for people, never in a record.
inline constexpr std::string_view alias_suffix = ".alt";
/// Labels that are no names: they stand between a key, or a Host Identity Tag, and the zone.
inline constexpr std::string_view key_label = "id";
inline constexpr std::string_view hit_label = "hit-to-ip";

/// What a label may hold beside letters, digits and hyphens.
enum class LabelForm : std::uint8_t {
  plain,   ///< a label that can be registered, or belongs to a zone
  prefix,  ///< in front of a name: may begin with an underscore (_sip)
};

/// Hyphens in third and fourth place are kept for encodings, of which xn-- is the only one (RFC 5891, 4.2.3.1).
bool has_foreign_tag(std::string_view label) noexcept;
/// 1-63 lower-case letters, digits and inner hyphens, no foreign tag. Bounded work: cheap enough for hostile input.
bool has_canonical_form(std::string_view label, LabelForm) noexcept;
/// Labels joined by single dots, at most 63 octets; no alias.
bool is_canonical_zone(std::string_view zone) noexcept;
/// May be registered: in canonical form, and not reserved.
bool is_canonical_label(std::string_view label) noexcept;

}  // namespace p2pns::dht
