#include "frontends/rdata/generic.hpp"

#include <charconv>

namespace p2pns::rdata {

bool is_generic(std::span<const Token> tokens) noexcept { return !tokens.empty() && tokens.front().text == "\\#"; }

RdataResult<ByteVector> parse_generic(std::span<const Token> tokens) {
  if (tokens.size() < 2) return RdataError{"after \\# comes the length in bytes"};
  const std::string_view length_text = tokens[1].text;
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  if (error != std::errc{} || end != length_text.data() + length_text.size())
    return RdataError{"after \\# comes the length in bytes, a decimal number"};
  std::string digits;
  for (const Token& token : tokens.subspan(2)) digits += token.text;
  auto data = from_hex(digits);
  if (!data) return RdataError{"after \\# and the length come pairs of hexadecimal digits"};
  if (data->size() != length)
    return RdataError{"the length after \\# is " + std::to_string(length) + ", but " + std::to_string(data->size()) +
                      " bytes follow"};
  return std::move(*data);
}

std::string format_generic(Bytes data) {
  std::string text = "\\# " + std::to_string(data.size());
  if (!data.empty()) text += " " + to_hex(data);
  return text;
}

}  // namespace p2pns::rdata
