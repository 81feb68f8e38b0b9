// HttpHandler: what a front end puts behind an HttpServer. The server knows sockets, limits and framing; what a request
// means, and how an error is told, is the handler's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "frontends/web/http_message.hpp"

namespace p2pns::web {

/// Why bytes are no request that can be handled.
struct Unreadable {
  unsigned status = 400;  ///< 400, 413 or 431
  std::string part{};     ///< "body", "header", or empty: all of it
  std::string detail{};   ///< a sentence
};

class HttpHandler {
 public:
  /// Always a response; throws only when it is cancelled. A HEAD request is answered as its GET, body included.
  virtual boost::asio::awaitable<HttpResponse> handle(HttpRequest request) = 0;
  /// The answer to what is no request; the connection ends after it.
  virtual HttpResponse refuse(const Unreadable&) = 0;

 protected:
  ~HttpHandler() = default;
};

}  // namespace p2pns::web
