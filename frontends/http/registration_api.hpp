// registration_api: PUT and DELETE /v1/names/{name}, as pure translation: request -> registration, receipt -> response.
#pragma once

#include "core/names/name_service.hpp"
#include "frontends/http/problem.hpp"

namespace p2pns::http {

/// Body: {"records": [{"name": "www", "type": "A", "ttl": 300, "data": "192.0.2.1"}]}, or nothing. `name` is relative
/// to the registered name ("", "@" or missing: the name itself), `ttl` may be missing. Problems name the member:
/// "records[2].data".
ApiResult<names::Registration> parse_registration(std::string_view name, std::string_view body, const names::Zones&);
/// 201 created, 200 changed; 409 taken or contested, 503 / 504 overlay not available, 400 what cannot be stored.
HttpResponse registration_response(const names::P2PName&, const Result<names::Receipt>&);
/// 200; 403 when this node does not own the name.
HttpResponse release_response(const names::P2PName&, const Result<void>&);

}  // namespace p2pns::http
