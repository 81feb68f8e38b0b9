// Special-use names: what a resolver answers itself, because nobody upstream may see such a question or could know the
// answer. Pure.
#pragma once

#include "frontends/dns/response.hpp"

namespace p2pns::dns {

/// The answer for localhost (RFC 6761: loopback addresses) and for invalid, onion (RFC 7686), alt (RFC 9476), local
/// (RFC 6762) and home.arpa (RFC 8375): no such name. None for all other names. Zones of our own come first: they are
/// not asked about here.
std::optional<Response> special_answer(const Question&);

}  // namespace p2pns::dns
