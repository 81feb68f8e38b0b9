#include "core/wire/writer.hpp"

#include "core/base/assert.hpp"

namespace p2pns::wire {

Writer& Writer::number(std::uint64_t value, int size_bytes) {
  for (int shift = 8 * (size_bytes - 1); shift >= 0; shift -= 8)
    out_.push_back(static_cast<std::byte>((value >> shift) & 0xffU));
  return *this;
}

Writer& Writer::u8(std::uint8_t value) { return number(value, 1); }
Writer& Writer::u16(std::uint16_t value) { return number(value, 2); }
Writer& Writer::u32(std::uint32_t value) { return number(value, 4); }
Writer& Writer::u64(std::uint64_t value) { return number(value, 8); }

Writer& Writer::bytes(Bytes value) {
  out_.insert(out_.end(), value.begin(), value.end());
  return *this;
}

Writer& Writer::short_bytes(Bytes value) {
  P2PNS_ASSERT(value.size() <= UINT8_MAX);
  return u8(static_cast<std::uint8_t>(value.size())).bytes(value);
}

Writer& Writer::long_bytes(Bytes value) {
  P2PNS_ASSERT(value.size() <= UINT16_MAX);
  return u16(static_cast<std::uint16_t>(value.size())).bytes(value);
}

}  // namespace p2pns::wire
