// UpstreamAnswer: an upstream resolver's answer on its way to our client. The records are passed on as they are; the
// header, the question's letters and EDNS are between each pair of speakers and are made anew. Pure.
#pragma once

#include "frontends/dns/response.hpp"

namespace p2pns::dns {

/// Where the sections of a message end. Everything behind an OPT record is left out of the additional section: it is
/// nearly always the last one, and what stands there may be missing.
struct Sections {
  std::size_t question_end = 0;
  std::size_t authority_end = 0;
  std::size_t additional_end = 0;
  unsigned answers = 0;
  unsigned authorities = 0;
  unsigned additionals = 0;
  Rcode rcode = Rcode::no_error;       ///< with the upper bits of EDNS; may be a value that has no name here
  std::optional<ExtendedError> error;  ///< RFC 8914
};
/// Errors: truncated, malformed, too_large.
Result<Sections> read_sections(Bytes message);

/// The answer for the client whose query was passed on, at most `limit_bytes` (>= 512) long. The additional section is
/// left out when it does not fit; when more does not fit, TC tells the client to come back over TCP. `message` is one
/// that was believed (see judge()).
ByteVector encode_forwarded(const Query&, Bytes message, std::size_t limit_bytes);

/// Answer and authority section as records of our own, for an alias of our zones that led to the upstream. Errors:
/// malformed.
struct ForeignAnswer {
  std::vector<Record> answer;
  std::vector<Record> authority;
};
Result<ForeignAnswer> read_foreign_answer(Bytes message);

}  // namespace p2pns::dns
