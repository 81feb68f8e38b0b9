// One HTTP request and its answer as plain values, without sockets and without a library's types.
#pragma once

#include <string>
#include <vector>

#include "frontends/web/peer.hpp"

namespace p2pns::web {

/// Request line and all header fields.
inline constexpr std::size_t header_maximum_bytes = 8 * 1024;

struct HttpRequest {
  std::string method;  ///< "GET"; HEAD arrives as HEAD
  std::string target;  ///< "/v1/resolve?name=demo.p2p"
  std::string host;
  std::string origin;  ///< empty: none, so no browser's script
  std::string content_type;
  std::string authorization{};
  std::string body;
  Peer peer{};
};

struct HttpField {
  std::string name;
  std::string value;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<HttpField> fields;  ///< beside content type and length
  std::string body;
};

}  // namespace p2pns::web
