// HttpServer: HTTP/1.1 over TCP and a unix socket around an HttpApi: keep-alive, limits, time-outs, a clean stop. It
// knows no path and no name. One thread: the executor's.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "core/base/endpoint.hpp"
#include "core/base/log.hpp"
#include "frontends/http/http_api.hpp"
#include "frontends/http/unix_socket_file.hpp"

namespace p2pns::http {

struct HttpServerSettings {
  Endpoint listen{};
  std::optional<UnixSocketSettings> unix_socket{};  ///< served in addition
  /// Beyond it, a new connection is closed at once: each holds a socket and up to 72 kB.
  std::size_t connections_maximum = 256;
  /// A request must be complete within this time after the last answer.
  Duration idle_time_out = std::chrono::seconds{30};
};

class HttpServer {
 public:
  /// `api` and `log` outlive the server.
  HttpServer(boost::asio::any_io_executor executor, HttpApi& api, HttpServerSettings settings, Log& log);
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

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;  // shared: connections in flight keep it alive
};

}  // namespace p2pns::http
