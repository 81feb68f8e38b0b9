// Reader: takes big-endian values off the front of a byte string. The first error sticks, and everything read after it
// is zero or empty: read everything, then ask once.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"

namespace p2pns::wire {

class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  /// `count` bytes, or an empty view when fewer are left.
  Bytes bytes(std::size_t count);
  /// u8 length, then as many bytes.
  Bytes short_bytes();
  /// u16 length, then as many bytes.
  Bytes long_bytes();
  template <class Fixed>
  Fixed fixed() {
    Fixed result;
    const Bytes taken = bytes(Fixed::size_bytes);
    if (!failed()) std::memcpy(result.value.data(), taken.data(), taken.size());
    return result;
  }
  /// Everything that is left; empty after an error.
  Bytes remaining();

  /// Records what is wrong with a value just read. Only the first error counts.
  void fail(Errc error = Errc::malformed) noexcept {
    if (error_ == Errc::ok) error_ = error;
  }
  bool failed() const noexcept { return error_ != Errc::ok; }
  bool at_end() const noexcept { return rest_.empty(); }
  std::size_t left() const noexcept { return rest_.size(); }
  /// The first error (truncated when the bytes ran out), trailing_bytes when something is left, otherwise ok.
  Errc finish() const noexcept;

 private:
  std::uint64_t number(std::size_t size_bytes);

  Bytes rest_;
  Errc error_ = Errc::ok;
};

}  // namespace p2pns::wire
