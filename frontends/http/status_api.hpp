// status_api: GET /v1/status, as pure translation.
#pragma once

#include "core/names/name_service.hpp"
#include "frontends/http/http_message.hpp"

namespace p2pns::http {

HttpResponse status_response(const names::NodeStatus&);

}  // namespace p2pns::http
