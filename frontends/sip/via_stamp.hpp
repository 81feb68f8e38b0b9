// What a server writes into the top Via of a request, so that the answer finds back (RFC 3261, 18.2.1; RFC 3581).
#pragma once

#include "frontends/sip/fields.hpp"
#include "frontends/sip/flow.hpp"
#include "frontends/sip/message.hpp"

namespace p2pns::sip {

/// Fills in `rport` when it was asked for, and `received` when it was, or when the address is not the one that stands
/// there. `top` is the request's top Via.
void stamp_via(SipMessage& request, const Via& top, const Flow& from);

}  // namespace p2pns::sip
