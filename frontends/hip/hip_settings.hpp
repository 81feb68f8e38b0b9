// HipSettings: the section `frontends.hip` of the configuration as typed values, and its strict reader.
#pragma once

#include "frontends/hip/hip_api.hpp"
#include "frontends/web/http_server.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::hip {

/// A call with the largest value has about 2 kB; a registration less.
inline constexpr std::size_t call_maximum_bytes = 16 * 1024;

struct HipSettings {
  web::HttpServerSettings server;
  bool allow_remote = false;
  std::size_t lookups_maximum = HipApiSettings{}.lookups_maximum;
  std::string token_file;
};

/// Relative paths start at `state_folder`. Opens no file.
plugins::ConfigResult<HipSettings> read_hip_settings(const plugins::ConfigNode&, const std::string& state_folder);

}  // namespace p2pns::hip
