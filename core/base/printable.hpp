// printable: text of strangers and of files as it may stand in one line of an error, a log or a terminal.
#pragma once

#include <algorithm>
#include <string>

namespace p2pns {

/// True for what would end the line or steer the terminal: ASCII control characters.
constexpr bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20U || c == 0x7f; }

/// Each control character becomes a question mark; everything else stays.
inline std::string printable(std::string text) {
  std::ranges::replace_if(text, is_control, '?');
  return text;
}

}  // namespace p2pns
