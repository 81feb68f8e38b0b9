#include "frontends/hip/hip_plugin.hpp"

#include "frontends/hip/hip_metrics.hpp"
#include "frontends/hip/hip_settings.hpp"
#include "frontends/web/token_file.hpp"
#include "plugins/api/build_id.hpp"

namespace p2pns::hip {

namespace asio = boost::asio;
using plugins::ConfigResult;

namespace {

class HipFrontEnd final : public plugins::FrontEnd {
 public:
  HipFrontEnd(plugins::PluginHost& host, HipSettings settings) : host_(host), settings_(std::move(settings)) {}

  asio::awaitable<plugins::StartError> start() override {
    plugins::StartError error;
    error.message = open();
    co_return error;
  }
  asio::awaitable<void> stop() override {
    if (server_) co_await server_->stop();
    if (api_) api_->stop();
  }
  void collect(plugins::MetricSink& sink) const override {
    if (!server_) return;
    write_metrics(api_->counters(), server_->counters(), sink);
    sink.gauge("hip_lookups", "Calls and searches under way", api_->lookups());
    sink.gauge("hip_connections", "Connections open", server_->connections());
  }

 private:
  std::string open();

  plugins::PluginHost& host_;
  HipSettings settings_;
  // Both from start() on: only then is there a token.
  std::optional<HipApi> api_;
  std::optional<web::HttpServer> server_;
};

/// Empty, or why it does not run.
std::string HipFrontEnd::open() {
  auto token = web::open_token_file(settings_.token_file);
  if (!token) return token.error().message;
  HipApiSettings settings;
  settings.access.own_address = settings_.server.listen.address;
  settings.access.remote_reads = settings_.allow_remote;
  settings.access.token = std::move(token->token);
  settings.access.token_file = settings_.token_file;
  settings.lookups_maximum = settings_.lookups_maximum;
  api_.emplace(
      host_.executor(), host_.names(), [this] { return host_.now(); }, std::move(settings));
  server_.emplace(host_.executor(), *api_, settings_.server, host_.log());
  if (std::string failure = server_->open(); !failure.empty()) return failure;
  const auto say = [this](std::string line) { host_.log().write(Severity::info, line); };
  if (token->made) say("hip: a new token for registrations is in " + settings_.token_file);
  say("hip: listening for XML-RPC on http://" + to_string(settings_.server.listen) + "/RPC2");
  return {};
}

ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  auto settings = read_hip_settings(host.config(), host.state_folder());
  if (!settings) return settings.error();
  return std::unique_ptr<plugins::FrontEnd>(std::make_unique<HipFrontEnd>(host, std::move(*settings)));
}

}  // namespace

const plugins::PluginDescriptor& hip_plugin() {
  static const plugins::PluginDescriptor descriptor{plugins::abi_version, plugins::build_id, "hip",
                                                    "XML-RPC: HIP's DHT interface, and names for old clients", &create};
  return descriptor;
}

}  // namespace p2pns::hip
