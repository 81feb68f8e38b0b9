// RFC 4648 base64, with padding: how bytes stand in JSON and XML.
#pragma once

#include "core/base/bytes.hpp"

namespace p2pns {

std::string to_base64(Bytes bytes);
/// One form only. Errors: malformed (foreign character, white space, wrong padding, non-zero rest bits).
Result<ByteVector> from_base64(std::string_view text);

}  // namespace p2pns
