#include "core/wire/reader.hpp"

#include <utility>

namespace p2pns::wire {

std::uint64_t Reader::number(std::size_t size_bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes(size_bytes)) value = (value << 8) | std::to_integer<std::uint64_t>(byte);
  return value;
}

std::uint8_t Reader::u8() { return static_cast<std::uint8_t>(number(1)); }
std::uint16_t Reader::u16() { return static_cast<std::uint16_t>(number(2)); }
std::uint32_t Reader::u32() { return static_cast<std::uint32_t>(number(4)); }
std::uint64_t Reader::u64() { return number(8); }

Bytes Reader::bytes(std::size_t count) {
  if (count > rest_.size()) fail(Errc::truncated);
  if (failed()) return {};
  const Bytes taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

Bytes Reader::short_bytes() {
  const std::size_t count = u8();
  return bytes(count);
}

Bytes Reader::long_bytes() {
  const std::size_t count = u16();
  return bytes(count);
}

Bytes Reader::remaining() { return failed() ? Bytes{} : std::exchange(rest_, {}); }

Errc Reader::finish() const noexcept {
  if (failed()) return error_;
  return rest_.empty() ? Errc::ok : Errc::trailing_bytes;
}

}  // namespace p2pns::wire
