// HttpSettings: the section `frontends.http` of the configuration as typed values, and its strict reader.
#pragma once

#include "frontends/http/http_api.hpp"
#include "frontends/web/http_server.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::http {

struct HttpSettings {
  web::HttpServerSettings server;
  bool allow_remote = false;
  std::size_t lookups_maximum = HttpApiSettings{}.lookups_maximum;
  std::string token_file;
};

/// Relative paths start at `state_folder`. Opens no file; the group's name is looked up.
plugins::ConfigResult<HttpSettings> read_http_settings(const plugins::ConfigNode&, const std::string& state_folder);

}  // namespace p2pns::http
