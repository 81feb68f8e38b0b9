// RFC 4648 base64, with padding: how bytes stand in JSON and XML.
#pragma once

#include "core/base/bytes.hpp"

namespace p2pns {

std::string to_base64(Bytes bytes);
/// Blanks, tabs and line ends within the text; some encoders wrap lines (XML-RPC's).
enum class WhiteSpace : std::uint8_t { refused, skipped };
/// One form only, white space apart. Errors: malformed (foreign character, wrong padding, non-zero rest bits).
Result<ByteVector> from_base64(std::string_view text, WhiteSpace white_space = WhiteSpace::refused);

}  // namespace p2pns
