// Base64 (RFC 4648, section 4) as XML-RPC has it: with padding, and white space anywhere, because encoders wrap lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace p2pns::hip {

/// One line, with padding.
std::string to_base64(Bytes bytes);
/// None: a foreign character, a length that is no whole number of groups, or bits left over that are not zero.
std::optional<ByteVector> from_base64(std::string_view text);

}  // namespace p2pns::hip
