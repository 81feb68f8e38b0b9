#include "frontends/hip/hip_settings.hpp"

#include <filesystem>

namespace p2pns::hip {

using plugins::ConfigResult;

namespace {

constexpr std::int64_t connections_limit = 10'000;
constexpr std::int64_t lookups_limit = 10'000;
constexpr std::int64_t time_out_limit_s = 3600;
/// A call is sent in one piece, so a client that takes longer is no client.
constexpr std::int64_t time_out_default_s = 10;

ConfigResult<void> read_address(const plugins::ConfigNode& section, HipSettings& settings) {
  const auto listen = section.endpoint("listen", *parse_endpoint("127.0.0.1:5851"));
  if (!listen) return listen.error();
  const auto remote = section.boolean("allow_remote", false);
  if (!remote) return remote.error();
  if (!*remote && !listen->address.is_loopback())
    return section.error_at("listen", to_string(*listen) +
                                          " can be reached from other machines; add 'allow_remote: true' if that is "
                                          "meant, or listen on 127.0.0.1");
  settings.server.listen = *listen;
  settings.allow_remote = *remote;
  return {};
}

ConfigResult<void> read_limits(const plugins::ConfigNode& section, HipSettings& settings) {
  const auto connections = section.integer(
      "connections", static_cast<std::int64_t>(settings.server.connections_maximum), 1, connections_limit);
  if (!connections) return connections.error();
  settings.server.connections_maximum = static_cast<std::size_t>(*connections);
  const auto lookups =
      section.integer("lookups", static_cast<std::int64_t>(settings.lookups_maximum), 1, lookups_limit);
  if (!lookups) return lookups.error();
  settings.lookups_maximum = static_cast<std::size_t>(*lookups);
  const auto time_out = section.integer("idle_time_out_s", time_out_default_s, 1, time_out_limit_s);
  if (!time_out) return time_out.error();
  settings.server.idle_time_out = std::chrono::seconds{*time_out};
  return {};
}

}  // namespace

ConfigResult<HipSettings> read_hip_settings(const plugins::ConfigNode& section, const std::string& state_folder) {
  HipSettings settings;
  settings.server.body_maximum_bytes = call_maximum_bytes;
  if (auto read = read_address(section, settings); !read) return read.error();
  if (auto read = read_limits(section, settings); !read) return read.error();
  const auto file = section.text("token_file", "http.token");
  if (!file) return file.error();
  if (file->empty()) return section.error_at("token_file", "expected the path of a file");
  settings.token_file = (std::filesystem::path{state_folder} / *file).string();
  if (auto rest = section.finish(); !rest) return rest.error();
  return {boost::system::in_place_value, std::move(settings)};
}

}  // namespace p2pns::hip
