// Reads one DNS query, strictly and by hand: the libraries at hand accept two OPT records, forward pointers and
// questions without a name. What is wrong is decided as NSD and BIND decide it (see README.md); nothing is looked up
// here.
#pragma once

#include <optional>

#include "frontends/dns/message_parts.hpp"

namespace p2pns::dns {

struct Edns {
  std::uint16_t payload_bytes = 0;  ///< what the client takes over UDP, as it says
  std::uint8_t version = 0;
  bool dnssec_ok = false;  ///< copied into the answer (RFC 3225)
};

struct Query {
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  bool recursion_desired = false;  ///< copied into the answer
  bool authentic_data = false;     ///< the client wants to hear whether the answer was validated (RFC 6840)
  bool checking_disabled = false;  ///< copied into the answer
  std::optional<Question> question;
  std::optional<Edns> edns;
};

struct ParsedQuery {
  bool drop = false;              ///< no answer at all: too short, or itself an answer
  Rcode rcode = Rcode::no_error;  ///< anything else is the answer already
  Query query;
};

ParsedQuery parse_query(Bytes message);

}  // namespace p2pns::dns
