// Token file: the secret that opens writes, as one line of text in a file that only its owner can read. Made at the
// first start, never overwritten, never logged.
#pragma once

#include <string>

#include "plugins/api/config_node.hpp"

namespace p2pns::web {

/// What a new token is made of, written as hexadecimal digits.
inline constexpr std::size_t token_random_bytes = 32;
/// An operator may put a token of his own there: not shorter than 16 random bytes in hexadecimal digits, ...
inline constexpr std::size_t token_characters_minimum = 32;
/// ... and short enough for a header field.
inline constexpr std::size_t token_characters_maximum = 256;

struct TokenFile {
  std::string token;
  bool made = false;  ///< just now
};

/// Letters, digits and -._~+/=, between the two lengths (token68 of RFC 9110).
bool is_token(std::string_view text) noexcept;
/// Reads the token, or makes one when there is no such file. Errors, each one sentence with the path: others can use
/// the file, it holds no token, it cannot be read or written.
plugins::ConfigResult<TokenFile> open_token_file(const std::string& path);

}  // namespace p2pns::web
