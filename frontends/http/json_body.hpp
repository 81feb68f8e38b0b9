// The body of a request as JSON.
#pragma once

#include <boost/json/value.hpp>

#include "frontends/http/problem.hpp"

namespace p2pns::http {

/// One value and nothing behind it. The problem says where it is wrong: line and column.
ApiResult<boost::json::value> parse_json(std::string_view text);

}  // namespace p2pns::http
