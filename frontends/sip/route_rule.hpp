// Route preprocessing and postprocessing of a proxy (RFC 3261, 16.4 and 16.6 step 6), strict routers included.
#pragma once

#include <boost/container/static_vector.hpp>

#include "frontends/sip/message.hpp"
#include "frontends/sip/own_address.hpp"
#include "frontends/sip/route_token.hpp"

namespace p2pns::sip {

/// Hops of our own tokens that stood in front, in order: the sender's side, then where the request goes. An honest
/// request has none or two.
using OwnHops = boost::container::static_vector<RouteHop, 2>;

/// Takes our own Routes off the top, and undoes what a strict router before us did. Errors: malformed (a Route that
/// cannot be read, or more than two tokens of ours).
Result<OwnHops> take_own_routes(SipMessage& request, const RouteTokens& tokens, const OwnAddress& own,
                                const DialogMarks& dialog);
/// When the next Route is a strict router's: it becomes the Request-URI, which goes to the end of the Routes.
void prepare_for_strict_router(SipMessage& request);

}  // namespace p2pns::sip
