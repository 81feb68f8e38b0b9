// serve_connection: the life of one HTTP/1.1 connection. Included by http_server.cpp only; Beast stays in
// connection.cpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include "frontends/http/http_api.hpp"

namespace p2pns::http {

/// TCP or a unix socket: what is said over it is the same.
using StreamProtocol = boost::asio::generic::stream_protocol;

/// Reads requests and writes answers until the peer closes, breaks the protocol, or is silent for `idle_time_out`.
/// `api` outlives the coroutine. Throws system_error when it is cancelled.
boost::asio::awaitable<void> serve_connection(StreamProtocol::socket socket, Peer peer, HttpApi& api,
                                              Duration idle_time_out);

}  // namespace p2pns::http
