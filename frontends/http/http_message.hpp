// The requests and responses of this interface: those of the server that front ends share.
#pragma once

#include "frontends/web/http_message.hpp"

namespace p2pns::http {

using web::HttpField;
using web::HttpRequest;
using web::HttpResponse;

}  // namespace p2pns::http
