// One label of what people type -> its canonical form: UTS #46 mapping, IDNA2008 rules (RFC 5890 to 5893, libidn2),
// lower case, A-label. What comes out has dht::has_canonical_form, which is all that can be told without Unicode
// tables. Private to core/names: p2p_name.hpp is the door. Zones, reserved labels and the length of whole names are not
// known here.
#pragma once

#include <string>
#include <string_view>

#include "core/dht/name_form.hpp"
#include "core/names/p2p_name.hpp"

namespace p2pns::names::detail {

using dht::LabelForm;

/// The success of a NameResult<std::string>: a plain text could also be meant as an error's.
inline NameResult<std::string> canonical_text(std::string text) {
  return NameResult<std::string>{boost::system::in_place_value, std::move(text)};
}

/// The canonical label, or a sentence that says why there is none. Bounded work: longer than
/// typed_label_maximum_bytes is refused unread.
NameResult<std::string> canonical_label(std::string_view typed, LabelForm);
/// UTF-8 spends up to 4 bytes on a character, and no A-label of 63 octets stands for more than 59 characters.
inline constexpr std::size_t typed_label_maximum_bytes = 4 * dht::label_maximum_bytes;

}  // namespace p2pns::names::detail
