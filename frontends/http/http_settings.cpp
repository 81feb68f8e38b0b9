#include "frontends/http/http_settings.hpp"

#include <grp.h>

#include <filesystem>

namespace p2pns::http {

using plugins::ConfigResult;

namespace {

constexpr std::int64_t connections_limit = 10'000;
constexpr std::int64_t lookups_limit = 10'000;

/// Reads the section key by key; the first error stays, and nothing after it counts.
class Reader {
 public:
  Reader(const plugins::ConfigNode& section, const std::string& state_folder)
      : section_(section), state_folder_(state_folder) {}

  ConfigResult<HttpSettings> read() {
    if (auto read = read_address(); !read) return read.error();
    if (auto read = read_limits(); !read) return read.error();
    if (auto read = read_token_file(); !read) return read.error();
    if (auto read = read_unix_socket(); !read) return read.error();
    if (auto rest = section_.finish(); !rest) return rest.error();
    return {boost::system::in_place_value, std::move(settings_)};
  }

 private:
  ConfigResult<void> read_address() {
    const auto listen = section_.endpoint("listen", *parse_endpoint("127.0.0.1:8053"));
    if (!listen) return listen.error();
    const auto remote = section_.boolean("allow_remote", false);
    if (!remote) return remote.error();
    if (!*remote && !listen->address.is_loopback())
      return section_.error_at("listen", to_string(*listen) +
                                             " can be reached from other machines; add 'allow_remote: true' if that "
                                             "is meant, or listen on 127.0.0.1");
    settings_.server.listen = *listen;
    settings_.allow_remote = *remote;
    return {};
  }

  ConfigResult<void> read_limits() {
    auto& server = settings_.server;
    const auto connections =
        section_.integer("connections", static_cast<std::int64_t>(server.connections_maximum), 1, connections_limit);
    if (!connections) return connections.error();
    server.connections_maximum = static_cast<std::size_t>(*connections);
    const auto lookups =
        section_.integer("lookups", static_cast<std::int64_t>(settings_.lookups_maximum), 1, lookups_limit);
    if (!lookups) return lookups.error();
    settings_.lookups_maximum = static_cast<std::size_t>(*lookups);
    const auto idle_default = std::chrono::duration_cast<std::chrono::seconds>(server.idle_time_out).count();
    const auto idle = section_.integer("idle_time_out_s", idle_default, 1, 3600);
    if (!idle) return idle.error();
    server.idle_time_out = std::chrono::seconds{*idle};
    return {};
  }

  ConfigResult<void> read_token_file() {
    const auto file = section_.text("token_file", "http.token");
    if (!file) return file.error();
    if (file->empty()) return section_.error_at("token_file", "expected the path of a file");
    settings_.token_file = placed(*file);
    return {};
  }

  ConfigResult<void> read_unix_socket() {
    const auto path = section_.text("unix_socket", "");
    if (!path) return path.error();
    const auto group = section_.text("unix_group", "");
    if (!group) return group.error();
    if (path->empty()) {
      if (section_.has("unix_socket")) return section_.error_at("unix_socket", "expected the path of a socket");
      if (!group->empty()) return section_.error_at("unix_group", "says who may use unix_socket, which is missing");
      return {};
    }
    web::UnixSocketSettings unix_socket{placed(*path)};
    if (unix_socket.path.size() > web::unix_path_maximum_bytes)
      return section_.error_at("unix_socket", "has more than the " + std::to_string(web::unix_path_maximum_bytes) +
                                                  " bytes a socket's path may have");
    if (!group->empty()) {
      const ::group* found = ::getgrnam(group->c_str());
      if (!found) return section_.error_at("unix_group", "this machine has no group '" + group->substr(0, 63) + "'");
      unix_socket.group = found->gr_gid;
    }
    settings_.server.unix_socket = std::move(unix_socket);
    return {};
  }

  /// An absolute path stays; a relative one starts where the key lies.
  std::string placed(const std::string& path) const { return (std::filesystem::path{state_folder_} / path).string(); }

  const plugins::ConfigNode& section_;
  const std::string& state_folder_;
  HttpSettings settings_;
};

}  // namespace

ConfigResult<HttpSettings> read_http_settings(const plugins::ConfigNode& section, const std::string& state_folder) {
  return Reader(section, state_folder).read();
}

}  // namespace p2pns::http
