// The key of a server transaction (RFC 3261, 17.2.3): branch, sent-by and method of a request, and whether it came from
// a phone or from which node, so that nobody reaches the transactions of another.
#pragma once

#include "frontends/sip/fields.hpp"
#include "frontends/sip/hop.hpp"
#include "frontends/sip/message.hpp"

namespace p2pns::sip {

/// `method` is the request's; INVITE for the one that an ACK or a CANCEL is about. A request without the magic cookie
/// (RFC 2543) is known by its Request-URI, From, Call-ID, CSeq and top Via instead.
std::string transaction_key(const SipMessage& request, const Via& top, const CSeq& cseq, std::string_view method,
                            const Hop& from);

}  // namespace p2pns::sip
