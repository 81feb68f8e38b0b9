// The records of a whole DNS message that somebody else wrote, for whoever wants to use them in a message of his own:
// names inside of record data are written out there, because pointers would point into the wrong message.
#pragma once

#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

namespace p2pns::rdata {

struct MessageRecord {
  ByteVector owner;  ///< wire form, uncompressed, at most 255 bytes
  std::uint16_t type = 0;
  std::uint32_t ttl_s = 0;
  ByteVector data;  ///< uncompressed
};

/// Those of class IN.
struct MessageRecords {
  std::vector<MessageRecord> answer;
  std::vector<MessageRecord> authority;
};
/// Errors: malformed.
Result<MessageRecords> records_of_message(Bytes message);

}  // namespace p2pns::rdata
