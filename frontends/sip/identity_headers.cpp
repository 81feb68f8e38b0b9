#include "frontends/sip/identity_headers.hpp"

#include "frontends/sip/message_build.hpp"

namespace p2pns::sip {

void strip_claims(SipMessage& message) {
  strip_identity(message);
  message.remove_all(verified_header);
}

}  // namespace p2pns::sip
