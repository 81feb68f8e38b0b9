// Response: what is answered, before it becomes bytes; and the one function that makes them.
#pragma once

#include "frontends/dns/query.hpp"

namespace p2pns::dns {

struct Record {
  WireName owner;
  std::uint16_t type = 0;
  std::uint32_t ttl_s = 0;
  ByteVector data;  ///< uncompressed, opaque
};

/// RFC 8914; sent only to clients that speak EDNS.
struct ExtendedError {
  ExtendedCode code = ExtendedCode::other;
  std::string text;
};
/// Longer texts are cut, so that header, question and OPT always fit in 512 bytes.
inline constexpr std::size_t extended_text_maximum_bytes = 160;

struct Response {
  Rcode rcode = Rcode::no_error;
  bool authoritative = false;
  bool recursion_available = false;  ///< set for all answers of a server that forwards
  std::vector<Record> answer;
  std::vector<Record> authority;
  std::vector<Record> additional;  ///< left out when it does not fit
  std::optional<ExtendedError> error;
};

/// At most `limit_bytes` (>= 512): when answer and authority do not fit, none is sent, and TC tells the client to come
/// back over TCP. Owner names are compressed, record data never is.
ByteVector encode(const Query&, const Response&, std::size_t limit_bytes);

/// The OPT record of an answer, with upper rcode bits and extended error. The query must speak EDNS.
ByteVector encode_edns(const Query&, const Response&);

/// What the client takes over UDP, between 512 and 1,232 bytes.
std::size_t udp_limit_bytes(const Query&);

inline bool is_truncated(Bytes message) { return (number_at(message, 2) & flag_truncated) != 0; }

}  // namespace p2pns::dns
