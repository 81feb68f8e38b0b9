#include "core/base/bytes.hpp"

#include <algorithm>

namespace p2pns {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base32_digits = "abcdefghijklmnopqrstuvwxyz234567";

int digit_value(char character, std::string_view digits) noexcept {
  if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  const auto found = digits.find(character);
  return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

}  // namespace

bool equal(Bytes left, Bytes right) noexcept { return std::ranges::equal(left, right); }

std::string to_hex(Bytes bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    text += hex_digits[std::to_integer<unsigned>(byte) >> 4];
    text += hex_digits[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

Result<ByteVector> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return Errc::malformed;
  ByteVector bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit_value(text[i], hex_digits);
    const int low = digit_value(text[i + 1], hex_digits);
    if (high < 0 || low < 0) return Errc::malformed;
    bytes.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return bytes;
}

std::string to_base32(Bytes bytes) {
  std::string text;
  unsigned buffer = 0;
  int bits = 0;
  for (const std::byte byte : bytes) {
    buffer = (buffer << 8) | std::to_integer<unsigned>(byte);
    for (bits += 8; bits >= 5; bits -= 5) text += base32_digits[(buffer >> (bits - 5)) & 31U];
  }
  if (bits > 0) text += base32_digits[(buffer << (5 - bits)) & 31U];
  return text;
}

Result<ByteVector> from_base32(std::string_view text) {
  ByteVector bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char character : text) {
    const int value = digit_value(character, base32_digits);
    if (value < 0) return Errc::malformed;
    buffer = (buffer << 5) | static_cast<unsigned>(value);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::byte>((buffer >> bits) & 255U));
    }
  }
  const bool rest_is_zero = (buffer & ((1U << bits) - 1U)) == 0;
  if (bits >= 5 || !rest_is_zero) return Errc::malformed;  // one form only: names made of keys must be unique
  return bytes;
}

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

Result<ByteVector> from_base64(std::string_view text) {
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
