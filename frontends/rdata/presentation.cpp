#include "frontends/rdata/presentation.hpp"

#include <algorithm>
#include <charconv>

namespace p2pns::rdata {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Octets above 127 are UTF-8 and fine; tab is white space.
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

bool is_whole_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::string_view without_leading_zeros(std::string_view number) {
  const std::size_t first = std::min(number.find_first_not_of('0'), number.size() - 1);
  return number.substr(first);
}

/// One token from `position` on; moves `position` behind it.
RdataResult<Token> next_token(std::string_view text, std::size_t& position) {
  const std::size_t begin = position;
  bool in_quotes = false;
  Token token;
  for (; position < text.size() && (in_quotes || !is_space(text[position])); ++position) {
    const char c = text[position];
    if (c == '\\') {
      ++position;
      if (position == text.size()) return RdataError{"the text ends with a backslash"};
    } else if (c == '"') {
      in_quotes = !in_quotes;
      token.quoted = true;
    } else if (!in_quotes && c == ';') {
      return RdataError{"';' begins a comment in zone files: put the text in quotes, or write \\;"};
    } else if (!in_quotes && (c == '(' || c == ')')) {
      return RdataError{
          "parentheses join the lines of zone files: put the text in quotes, or write the record on one "
          "line without them"};
    }
  }
  if (in_quotes) return RdataError{"a quote is not closed"};
  token.text = text.substr(begin, position - begin);
  if (token.text == "@" || token.text == "\\@")
    return RdataError{"'@' has no meaning outside of a zone file: write the whole name, or \"@\" for the character"};
  return token;
}

/// Every field that has mnemonics has at most 16 bits.
bool fits_16_bits(std::string_view number) {
  std::uint16_t value = 0;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc{};
}

}  // namespace

RdataResult<std::vector<Token>> tokens_of(std::string_view text) {
  if (std::ranges::any_of(text, is_control)) return RdataError{"the text has a control character: write it as \\DDD"};
  std::vector<Token> tokens;
  for (std::size_t position = 0; position < text.size();) {
    if (is_space(text[position])) {
      ++position;
      continue;
    }
    auto token = next_token(text, position);
    if (!token) return token.error();
    tokens.push_back(*token);
  }
  return tokens;
}

bool numbers_kept(std::span<const Token> written, std::span<const Token> formatted) {
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::string_view number = written[i].text;
    if (written[i].quoted || !is_whole_number(number)) return true;  // numbers stand in front
    if (i >= formatted.size() || formatted[i].quoted) return true;
    const std::string_view kept = formatted[i].text;
    if (!is_whole_number(kept)) return fits_16_bits(number);  // a mnemonic stands for it
    if (without_leading_zeros(kept) == without_leading_zeros(number)) continue;
    // Hexadecimal data in several pieces is printed as one, so it got longer. A number that was cut got shorter.
    return kept.size() > number.size() && kept.starts_with(number);
  }
  return true;
}

}  // namespace p2pns::rdata
