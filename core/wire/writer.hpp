// Writer: appends big-endian values to a byte vector it owns.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"

namespace p2pns::wire {

class Writer {
 public:
  Writer& u8(std::uint8_t);
  Writer& u16(std::uint16_t);
  Writer& u32(std::uint32_t);
  Writer& u64(std::uint64_t);
  Writer& bytes(Bytes);
  /// u8 length, then the bytes; at most 255 (asserted).
  Writer& short_bytes(Bytes);
  /// u16 length, then the bytes; at most 65,535 (asserted).
  Writer& long_bytes(Bytes);
  template <std::size_t Size, class Tag>
  Writer& fixed(const FixedBytes<Size, Tag>& value) {
    return bytes(value.view());
  }
  std::size_t size() const noexcept { return out_.size(); }
  Bytes view() const noexcept { return out_; }
  ByteVector take() && { return std::move(out_); }

 private:
  Writer& number(std::uint64_t value, int size_bytes);

  ByteVector out_;
};

}  // namespace p2pns::wire
