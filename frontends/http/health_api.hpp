// health_api: GET /healthz and GET /readyz, for supervisors and load balancers.
#pragma once

#include "core/names/name_service.hpp"
#include "frontends/http/http_message.hpp"

namespace p2pns::http {

/// 200: this process serves.
HttpResponse health_response();
/// 200 once the node has joined and settled; before that 503 with the reason.
HttpResponse readiness_response(const names::NodeStatus&);

}  // namespace p2pns::http
