// One label of what people type -> its canonical form: UTS #46 mapping, IDNA2008 rules (RFC 5890 to 5893, libidn2),
// lower case, A-label. Private to core/names: p2p_name.hpp is the door. Zones, reserved labels and the length of whole
// names are not known here.
#pragma once

#include <string>
#include <string_view>

#include "core/names/p2p_name.hpp"

namespace p2pns::names::detail {

inline constexpr std::size_t label_maximum_octets = 63;  // RFC 1035

/// What a label may hold beside letters, digits and hyphens.
enum class LabelForm : std::uint8_t {
  plain,   ///< a label that can be registered, or belongs to a zone
  prefix,  ///< in front of a name: may begin with an underscore (_sip)
};

/// The success of a NameResult<std::string>: a plain text could also be meant as an error's.
inline NameResult<std::string> canonical_text(std::string text) {
  return NameResult<std::string>{boost::system::in_place_value, std::move(text)};
}

/// The canonical label, or a sentence that says why there is none. Bounded work: longer than
/// typed_label_maximum_bytes is refused unread.
NameResult<std::string> canonical_label(std::string_view typed, LabelForm);
/// UTF-8 spends up to 4 bytes on a character, and no A-label of 63 octets stands for more than 59 characters.
inline constexpr std::size_t typed_label_maximum_bytes = 4 * label_maximum_octets;

/// True for what canonical_label may return, as far as that can be told without Unicode tables: 1-63 lower-case
/// letters, digits and inner hyphens. Cheap enough for hostile input.
bool has_canonical_form(std::string_view label, LabelForm) noexcept;

}  // namespace p2pns::names::detail
