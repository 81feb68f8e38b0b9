#include "core/base/base64.hpp"

namespace p2pns {
namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(Bytes bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto octet = [&](std::size_t at) { return at < bytes.size() ? std::to_integer<unsigned>(bytes[at]) : 0U; };
    const unsigned group = octet(i) << 16U | octet(i + 1) << 8U | octet(i + 2);
    text += base64_digits[group >> 18U];
    text += base64_digits[group >> 12U & 63U];
    text += i + 1 < bytes.size() ? base64_digits[group >> 6U & 63U] : '=';
    text += i + 2 < bytes.size() ? base64_digits[group & 63U] : '=';
  }
  return text;
}

Result<ByteVector> from_base64(std::string_view text, WhiteSpace white_space) {
  if (white_space == WhiteSpace::skipped) {
    std::string packed{text};
    std::erase_if(packed, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return from_base64(packed);
  }
  if (text.size() % 4 != 0) return Errc::malformed;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  ByteVector bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  unsigned buffer = 0;
  int bits = 0;
  for (const char character : text) {
    const auto value = base64_digits.find(character);
    if (value == std::string_view::npos) return Errc::malformed;
    buffer = (buffer << 6U | static_cast<unsigned>(value)) & 0xffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::byte>(buffer >> bits & 255U));
  }
  const bool rest_is_zero = (buffer & ((1U << bits) - 1U)) == 0;
  if (!rest_is_zero || static_cast<std::size_t>(bits) != padding * 2) return Errc::malformed;
  return bytes;
}

}  // namespace p2pns
