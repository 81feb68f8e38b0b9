// stanza_reader: text that came over a link, or the start of a stanza from the server, to an Element. Strict: it takes
// the restricted XML of RFC 6120 (no DTD, no comment, no processing instruction, no CDATA needed), and what it takes
// can be written into a server's stream without ending it.
#pragma once

#include "core/base/result.hpp"
#include "frontends/xmpp/element.hpp"

namespace p2pns::xmpp {

/// Attributes of one element. Stanzas have six.
inline constexpr std::size_t attributes_maximum = 64;

/// One message, presence or iq in the namespace jabber:client, nothing before or behind it. Errors: malformed (no XML,
/// a DTD, a comment, an instruction, an attribute with a prefix other than xml:lang, no stanza), too_large (bytes,
/// depth, nodes or attributes over their maxima).
Result<Element> read_stanza(std::string_view xml);

}  // namespace p2pns::xmpp
