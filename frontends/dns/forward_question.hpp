// ForwardQuestion: what a client's query becomes when it is passed on to an upstream resolver, and when an answer to it
// is believed. Of the client's query go on: question, RD, AD (RFC 6840), CD, and, when the client speaks EDNS, DO. Its
// EDNS options (cookies, client subnet) are between the client and us and stay here. Pure.
#pragma once

#include "frontends/dns/query.hpp"

namespace p2pns::dns {

struct ForwardQuestion {
  Question question;  ///< the name in lower case: equal questions get equal bytes
  bool recursion_desired = true;
  bool authentic_data = false;
  bool checking_disabled = false;
  bool edns = false;  ///< as the client does: so it falls back by itself from servers that cannot
  bool dnssec_ok = false;
};

/// `name`: the name to ask for, which is not the client's when an alias led there.
ForwardQuestion forward_question(const Query& query, const WireName& name);
ByteVector encode_question(const ForwardQuestion&, std::uint16_t id);
/// The largest answer that the question allows over UDP.
std::size_t answer_limit_bytes(const ForwardQuestion&);

enum class Judgement : std::uint8_t {
  believed,
  too_short,
  too_large,
  wrong_id,
  wrong_question,
  malformed,  ///< no answer at all, or parts that run over the end
};
/// Whether `message` answers the question that was sent with `id`. The question must come back; the case of its letters
/// does not count. Who sent the message is left to the caller.
Judgement judge(Bytes message, const ForwardQuestion&, std::uint16_t id, std::size_t limit_bytes);

}  // namespace p2pns::dns
