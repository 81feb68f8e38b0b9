#include "frontends/dns/message_parts.hpp"

namespace p2pns::dns {

std::uint16_t number_at(Bytes bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[offset]) << 8U |
                                    std::to_integer<unsigned>(bytes[offset + 1]));
}

void append16(ByteVector& out, unsigned value) {
  out.push_back(static_cast<std::byte>(value >> 8U));
  out.push_back(static_cast<std::byte>(value));
}

void append32(ByteVector& out, std::uint32_t value) {
  append16(out, value >> 16U);
  append16(out, value & 0xffffU);
}

void append(ByteVector& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

Result<Question> read_question(Bytes message, std::size_t& offset) {
  auto name = read_name(message, offset);
  if (!name) return name.error();
  if (message.size() - offset < 4) return Errc::truncated;
  Question question{*name, number_at(message, offset), number_at(message, offset + 2)};
  offset += 4;
  return question;
}

Result<ForeignRecord> read_record(Bytes message, std::size_t& offset) {
  ForeignRecord record;
  const std::size_t begin = offset;
  if (const auto skipped = skip_name(message, offset); !skipped) return skipped.error();
  record.root_owner = offset == begin + 1;
  if (offset > message.size() || message.size() - offset < 10) return Errc::truncated;
  record.type = number_at(message, offset);
  record.fixed = message.subspan(offset + 2, 6);
  const std::size_t length = number_at(message, offset + 8);
  offset += 10;
  if (length > message.size() - offset) return Errc::truncated;
  record.data = message.subspan(offset, length);
  offset += length;
  return record;
}

}  // namespace p2pns::dns
