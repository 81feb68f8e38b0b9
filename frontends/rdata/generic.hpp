// The generic form of RFC 3597: `\# length hexadecimal`.
#pragma once

#include <span>

#include "frontends/rdata/presentation.hpp"

namespace p2pns::rdata {

bool is_generic(std::span<const Token> tokens) noexcept;
/// `tokens` begin with `\#`.
RdataResult<ByteVector> parse_generic(std::span<const Token> tokens);
std::string format_generic(Bytes data);

}  // namespace p2pns::rdata
