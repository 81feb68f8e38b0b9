// HttpServer: HTTP/1.x over TCP and a unix socket around an HttpHandler: keep-alive, limits, time-outs, a clean stop.
// It knows no path and no name. One thread: the executor's.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "core/base/endpoint.hpp"
#include "core/base/log.hpp"
#include "frontends/web/connection.hpp"
#include "frontends/web/unix_socket_file.hpp"

namespace p2pns::web {

struct HttpServerSettings {
  Endpoint listen{};
  std::optional<UnixSocketSettings> unix_socket{};  ///< served in addition
  /// Beyond it, a new connection is closed at once: each holds a socket and up to 8 kB and a body. Other machines have
  /// shares of it (connection_places.hpp).
  std::size_t connections_maximum = 256;
  /// A request must be complete within this time after the last answer.
  Duration idle_time_out = std::chrono::seconds{30};
  /// A larger body is refused: the largest registration that can succeed has about 8 kB of text.
  std::size_t body_maximum_bytes = 64 * 1024;
};

struct HttpServerCounters {
  std::uint64_t turned_away = 0;  ///< connections closed at once, because there were too many
  ConnectionCounters connections{};
};

class HttpServer {
 public:
  /// `handler` and `log` outlive the server.
  HttpServer(boost::asio::any_io_executor executor, HttpHandler& handler, HttpServerSettings settings, Log& log);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Opens the sockets and begins to accept. Returns why not: one sentence that names the address or path; empty when
  /// all are open.
  std::string open();
  /// Closes everything; requests under way are given up. Completes when the last connection is gone.
  boost::asio::awaitable<void> stop();
  /// The real port when 0 was asked for.
  Endpoint local_endpoint() const;
  std::size_t connections() const noexcept;
  const HttpServerCounters& counters() const noexcept;

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;  // shared: connections in flight keep it alive
};

}  // namespace p2pns::web
