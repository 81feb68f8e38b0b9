// Reader: takes big-endian values off the front of a byte string. An error sticks: read everything, then ask once.
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
    if (!failed_) std::memcpy(result.value.data(), taken.data(), taken.size());
    return result;
  }
  /// Everything that is left.
  Bytes remaining();

  void fail() noexcept { failed_ = true; }
  bool failed() const noexcept { return failed_; }
  bool at_end() const noexcept { return rest_.empty(); }
  std::size_t left() const noexcept { return rest_.size(); }
  /// truncated when a read failed, trailing_bytes when something is left, otherwise ok.
  Errc finish() const noexcept;

 private:
  Bytes rest_;
  bool failed_ = false;
};

}  // namespace p2pns::wire
