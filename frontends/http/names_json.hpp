// names_json: the name service's values as JSON; shared by all calls of the interface.
#pragma once

#include <boost/json/object.hpp>

#include "core/names/name_service.hpp"

namespace p2pns::http {

/// "www.demo.p2p": what was asked for, in canonical form.
std::string asked_name(const names::ParsedName&);
/// {"name": "www.demo.p2p", "type": "A", "ttl": 300, "data": "192.0.2.80"}
boost::json::object to_json(const names::ResourceRecord&, const names::P2PName&);
boost::json::object to_json(const dht::Tally&);
boost::json::object to_json(const names::StageTrace&);
/// "2026-01-31T12:00:00Z"
std::string to_text(UnixTime);

}  // namespace p2pns::http
