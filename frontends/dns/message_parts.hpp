// The parts of a DNS message that questions and answers have in common, read strictly and without copying. Hostile
// input ends in an error, never beyond the message.
#pragma once

#include "frontends/dns/dns_types.hpp"
#include "frontends/dns/wire_name.hpp"

namespace p2pns::dns {

struct Question {
  WireName name;
  std::uint16_t type = 0;
  std::uint16_t record_class = class_in;
};

/// A record as it stands in somebody's message; views into it.
struct ForeignRecord {
  bool root_owner = false;
  std::uint16_t type = 0;
  Bytes fixed;  ///< class and TTL, 6 bytes
  Bytes data;
};

/// Two bytes, which must be there.
std::uint16_t number_at(Bytes bytes, std::size_t offset);
void append16(ByteVector& out, unsigned value);
void append32(ByteVector& out, std::uint32_t value);
void append(ByteVector& out, Bytes bytes);

/// Reads one at `offset` and moves `offset` behind it. Errors: truncated, malformed, too_large.
Result<Question> read_question(Bytes message, std::size_t& offset);
Result<ForeignRecord> read_record(Bytes message, std::size_t& offset);

}  // namespace p2pns::dns
