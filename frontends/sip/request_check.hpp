// Whether a request may be worked on: RFC 3261, 8.2 and 16.3, for a registrar and proxy. A pure function of the
// message.
#pragma once

#include <optional>
#include <string>

#include "frontends/sip/message.hpp"

namespace p2pns::sip {

struct Refusal {
  int status = 400;
  std::string reason;       ///< empty: the usual phrase
  std::string unsupported;  ///< 420: value of the header Unsupported
};

/// Nothing: go on. 400 syntax, 505 version, 416 scheme of the Request-URI, 420 Proxy-Require, 483 Max-Forwards is 0
/// (not for REGISTER and OPTIONS to a name of ours: those end here, and the caller checks `request_uri` itself first).
std::optional<Refusal> check_request(const SipMessage& request);
/// A response that a proxy may pass on. False: drop it.
bool check_response(const SipMessage& response);

}  // namespace p2pns::sip
