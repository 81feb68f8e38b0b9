#include "frontends/hip/base64.hpp"

namespace p2pns::hip {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t group_bytes = 3;
constexpr std::size_t group_characters = 4;
constexpr unsigned bits_per_character = 6;

bool is_white_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::string to_base64(Bytes bytes) {
  std::string text;
  text.reserve((bytes.size() + group_bytes - 1) / group_bytes * group_characters);
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(group_bytes, bytes.size()))) {
    const std::size_t count = std::min(group_bytes, bytes.size());
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < group_bytes; ++i)
      bits = (bits << 8U) | (i < count ? std::to_integer<std::uint32_t>(bytes[i]) : 0U);
    for (std::size_t i = 0; i < group_characters; ++i) {
      const unsigned shift = static_cast<unsigned>(group_characters - 1 - i) * bits_per_character;
      text.push_back(i <= count ? alphabet[(bits >> shift) & 0x3fU] : '=');
    }
  }
  return text;
}

std::optional<ByteVector> from_base64(std::string_view text) {
  ByteVector bytes;
  std::uint32_t bits = 0;
  unsigned held = 0;  // bits that are not yet a byte
  std::size_t characters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (is_white_space(c)) continue;
    ++characters;
    if (c == '=') {
      ++padding;
      continue;
    }
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    bits = (bits << bits_per_character) | static_cast<std::uint32_t>(value);
    held += bits_per_character;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<std::byte>((bits >> held) & 0xffU));
    bits &= (1U << held) - 1U;
  }
  // What is left of the last group: none, or 2 bits before "=", or 4 before "==".
  if (characters % group_characters != 0 || padding * 2 != held || bits != 0) return std::nullopt;
  return bytes;
}

}  // namespace p2pns::hip
