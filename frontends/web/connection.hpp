// serve_connection: the life of one HTTP/1.1 connection. Included by http_server.cpp only; Beast stays in
// connection.cpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include "core/base/time.hpp"
#include "frontends/web/http_handler.hpp"

namespace p2pns::web {

/// TCP or a unix socket: what is said over it is the same.
using StreamProtocol = boost::asio::generic::stream_protocol;

struct ConnectionLimits {
  Duration idle_time_out{};  ///< a request must be complete within this time after the last answer
  std::size_t body_maximum_bytes = 0;
};

struct ConnectionCounters {
  std::uint64_t unreadable = 0;  ///< what was no request, or too large a one
  std::uint64_t timed_out = 0;   ///< connections that ended because no complete request came in time
};

/// Reads requests and writes answers until the peer closes, breaks the protocol, or is silent for too long. `handler`
/// and `counters` outlive the coroutine. Throws system_error when it is cancelled.
boost::asio::awaitable<void> serve_connection(StreamProtocol::socket socket, Peer peer, HttpHandler& handler,
                                              ConnectionLimits limits, ConnectionCounters& counters);

}  // namespace p2pns::web
