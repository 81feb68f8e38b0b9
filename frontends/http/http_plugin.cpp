#include "frontends/http/http_plugin.hpp"

#include "frontends/http/http_server.hpp"
#include "plugins/api/build_id.hpp"

namespace p2pns::http {

namespace asio = boost::asio;
using plugins::ConfigResult;

namespace {

constexpr std::int64_t connections_limit = 10'000;
constexpr std::int64_t lookups_limit = 10'000;

struct Settings {
  HttpServerSettings server;
  std::size_t lookups_maximum = HttpApiSettings{}.lookups_maximum;
};

ConfigResult<Settings> read_settings(const plugins::ConfigNode& section) {
  Settings settings;
  const auto listen = section.endpoint("listen", *parse_endpoint("127.0.0.1:8053"));
  if (!listen) return listen.error();
  settings.server.listen = *listen;
  const auto remote = section.boolean("allow_remote", false);
  if (!remote) return remote.error();
  if (!*remote && !listen->address.is_loopback())
    return section.error_at("listen", to_string(*listen) +
                                          " can be reached from other machines; add 'allow_remote: true' if that is "
                                          "meant, or listen on 127.0.0.1");
  auto& server = settings.server;
  const auto connections =
      section.integer("connections", static_cast<std::int64_t>(server.connections_maximum), 1, connections_limit);
  if (!connections) return connections.error();
  server.connections_maximum = static_cast<std::size_t>(*connections);
  const auto lookups =
      section.integer("lookups", static_cast<std::int64_t>(settings.lookups_maximum), 1, lookups_limit);
  if (!lookups) return lookups.error();
  settings.lookups_maximum = static_cast<std::size_t>(*lookups);
  const auto idle_default = std::chrono::duration_cast<std::chrono::seconds>(server.idle_time_out).count();
  const auto idle = section.integer("idle_time_out_s", idle_default, 1, 3600);
  if (!idle) return idle.error();
  server.idle_time_out = std::chrono::seconds{*idle};
  if (const auto rest = section.finish(); !rest) return rest.error();
  return settings;
}

std::vector<std::string> authorities_of(const Endpoint& listen) {
  const std::string port = ":" + std::to_string(listen.port);
  return {to_string(listen), "localhost" + port, "127.0.0.1" + port, "[::1]" + port};
}

class HttpFrontEnd final : public plugins::FrontEnd {
 public:
  HttpFrontEnd(plugins::PluginHost& host, Settings settings)
      : host_(host),
        settings_(std::move(settings)),
        api_(
            host.names(), [&host] { return host.now(); },
            HttpApiSettings{authorities_of(settings_.server.listen), settings_.lookups_maximum}),
        server_(host.executor(), api_, settings_.server, host.log()) {}

  asio::awaitable<plugins::StartError> start() override {
    plugins::StartError error;
    const std::string where = to_string(settings_.server.listen);
    if (const auto opened = server_.open(); !opened)
      error.message = "cannot listen on " + where + " (TCP): " + opened.error().message();
    else
      host_.log().write(Severity::info, "http: listening on http://" + where);
    co_return error;
  }
  asio::awaitable<void> stop() override { return server_.stop(); }

 private:
  plugins::PluginHost& host_;
  Settings settings_;
  HttpApi api_;
  HttpServer server_;
};

ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  auto settings = read_settings(host.config());
  if (!settings) return settings.error();
  return std::unique_ptr<plugins::FrontEnd>(std::make_unique<HttpFrontEnd>(host, std::move(*settings)));
}

}  // namespace

const plugins::PluginDescriptor& http_plugin() {
  static const plugins::PluginDescriptor descriptor{plugins::abi_version, plugins::build_id, "http",
                                                    "names, registration and status over HTTP and JSON", &create};
  return descriptor;
}

}  // namespace p2pns::http
