// Headers by which one party says who another one is. Nobody outside may set them for us.
#pragma once

#include "frontends/sip/message.hpp"

namespace p2pns::sip {

/// "no": the caller's node is not the one that the name in From belongs to. Set by the callee's proxy only.
inline constexpr std::string_view verified_header = "P2PNS-Verified";

/// Takes away all that claims an identity: what message_build.hpp's strip_identity takes, and verified_header.
void strip_claims(SipMessage& message);

}  // namespace p2pns::sip
