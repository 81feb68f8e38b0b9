// Looks at a presentation text before ldns sees it: cuts it into tokens and refuses what ldns would read as something
// else than the writer meant (a comment, '@', an open quote, control characters). Pure text; knows no record type.
#pragma once

#include <span>
#include <vector>

#include "frontends/rdata/rdata.hpp"

namespace p2pns::rdata {

/// A piece of the text between white space, escapes kept. Views into the text.
struct Token {
  std::string_view text;
  bool quoted = false;  ///< has a quoted part
};

RdataResult<std::vector<Token>> tokens_of(std::string_view text);

/// ldns takes numbers modulo their field. True when no whole number of `written` changed its value on the way to
/// `formatted`, the text that ldns makes of the parsed record.
bool numbers_kept(std::span<const Token> written, std::span<const Token> formatted);

}  // namespace p2pns::rdata
