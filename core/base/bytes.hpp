// Byte sequences: views, owned vectors, fixed-size values with a type of their own, and their text forms.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace p2pns {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;
using ByteVector = std::vector<std::byte>;

/// A fixed-size byte string that is its own type: a PublicKey cannot be passed for a Digest. Ordered as big-endian
/// number.
template <std::size_t Size, class Tag>
struct FixedBytes {
  static constexpr std::size_t size_bytes = Size;
  std::array<std::byte, Size> value{};

  constexpr Bytes view() const noexcept { return value; }
  constexpr MutableBytes mutable_view() noexcept { return value; }
  friend constexpr bool operator==(const FixedBytes&, const FixedBytes&) = default;
  friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

  /// Errors: truncated / too_large when the input has not exactly Size bytes.
  static Result<FixedBytes> from(Bytes bytes) {
    if (bytes.size() != Size) return bytes.size() < Size ? Errc::truncated : Errc::too_large;
    FixedBytes result;
    std::memcpy(result.value.data(), bytes.data(), Size);
    return result;
  }
};

/// Bytes of a text, without a copy; valid as long as the text.
inline Bytes as_bytes(std::string_view text) noexcept { return std::as_bytes(std::span{text.data(), text.size()}); }
/// Text view of bytes, without a copy; valid as long as the bytes.
inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteVector copy_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }
bool equal(Bytes left, Bytes right) noexcept;

/// Lower-case hexadecimal.
std::string to_hex(Bytes bytes);
/// Errors: malformed (odd length, or a character that is no hexadecimal digit).
Result<ByteVector> from_hex(std::string_view text);
/// RFC 4648 base32, lower case, without padding.
std::string to_base32(Bytes bytes);
/// Accepts both cases, no padding. Errors: malformed (foreign character, impossible length, non-zero rest bits).
Result<ByteVector> from_base32(std::string_view text);
/// RFC 4648 base64, with padding.
std::string to_base64(Bytes bytes);
/// One form only. Errors: malformed (foreign character, white space, wrong padding, non-zero rest bits).
Result<ByteVector> from_base64(std::string_view text);

}  // namespace p2pns

template <std::size_t Size, class Tag>
struct std::hash<p2pns::FixedBytes<Size, Tag>> {
  // Keys and identifiers are hashes or public keys: their first bytes are as good as any hash of them.
  std::size_t operator()(const p2pns::FixedBytes<Size, Tag>& bytes) const noexcept {
    static_assert(Size >= sizeof(std::size_t));
    std::size_t result;
    std::memcpy(&result, bytes.value.data(), sizeof result);
    return result;
  }
};
