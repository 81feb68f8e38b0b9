// The token of a client that can only send a user and a password (`http://:TOKEN@127.0.0.1:5851/RPC2`): XML-RPC
// libraries know nothing else. Pure.
#pragma once

#include <string>
#include <string_view>

namespace p2pns::hip {

/// "Basic BASE64" as "Bearer PASSWORD", whatever the user's name; everything else as it is.
std::string as_bearer(std::string_view authorization);

}  // namespace p2pns::hip
