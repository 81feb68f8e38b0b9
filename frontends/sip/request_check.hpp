// Whether a request may be worked on: RFC 3261, 8.2 and 16.3, for a registrar and proxy. A pure function of the
// message.
#pragma once

#include <optional>

#include "frontends/sip/message_build.hpp"

namespace p2pns::sip {

/// Nothing: go on. 400 syntax, 505 version, 416 scheme of the Request-URI, 420 Proxy-Require, 483 Max-Forwards is 0
/// (for every method: what is for this node itself should not arrive with 0 either).
std::optional<Refusal> check_request(const SipMessage& request);
/// A response that a proxy may pass on. False: drop it.
bool check_response(const SipMessage& response);

}  // namespace p2pns::sip
