// serve_connection: the life of one HTTP/1.1 connection. Included by http_server.cpp only; Beast stays in
// connection.cpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "frontends/http/http_api.hpp"

namespace p2pns::http {

/// Reads requests and writes answers until the peer closes, breaks the protocol, or is silent for `idle_time_out`.
/// `api` outlives the coroutine. Throws system_error when it is cancelled.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, HttpApi& api,
                                              Duration idle_time_out);

}  // namespace p2pns::http
