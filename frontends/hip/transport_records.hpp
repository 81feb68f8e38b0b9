// A transport address (IP address and port) as the records of a name, and back: an address record at the name itself,
// and the port for every service in front of it, as wildcard SRV records. So a name that was registered over XML-RPC
// answers in DNS, SIP and XMPP as one without records does, whose node stands for all of it. Pure.
#pragma once

#include <optional>

#include "core/names/name_service.hpp"

namespace p2pns::hip {

/// `records` with this transport address instead of the one that was there; all others stay. None: with none, which
/// means the node's own.
std::vector<names::ResourceRecord> with_transport_address(std::vector<names::ResourceRecord> records,
                                                          const names::P2PName&, const std::optional<Endpoint>& address,
                                                          std::uint32_t ttl_s);
/// Of an answer that was found: the address that was registered; without one, where the name's node answered. None: the
/// answer is a copy, and no node answered.
std::optional<Endpoint> transport_address(const names::NameAnswer&);

}  // namespace p2pns::hip
