// hide_address: what servers and clients write of a user's real address into the parts of a stanza that everybody uses:
// who made an error (RFC 6120, 8.3.2), delayed or numbered a stanza (XEP-0203, XEP-0359), began a call (XEP-0166).
#pragma once

#include "frontends/xmpp/element.hpp"
#include "frontends/xmpp/jid.hpp"

namespace p2pns::xmpp {

/// Of a stanza of `user`, who is `name` to everybody else: removes `by` of its error, and puts the name, or the zone,
/// for the user's address, or domain, where it is an attribute of a direct child. Texts and what is deeper stay.
void hide_address(Element& stanza, const Jid& user, const names::P2PName& name);

}  // namespace p2pns::xmpp
