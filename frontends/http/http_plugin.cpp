#include "frontends/http/http_plugin.hpp"

#include <unistd.h>

#include "frontends/http/http_settings.hpp"
#include "frontends/web/token_file.hpp"
#include "plugins/api/build_id.hpp"

namespace p2pns::http {

namespace asio = boost::asio;
using plugins::ConfigResult;

namespace {

web::AccessRules rules_of(const HttpSettings& settings, std::string token) {
  web::AccessRules rules;
  rules.own_address = settings.server.listen.address;
  rules.remote_reads = settings.allow_remote;
  rules.token = std::move(token);
  rules.token_file = settings.token_file;
  rules.own_user = ::geteuid();
  if (settings.server.unix_socket) rules.writers_group = settings.server.unix_socket->group;
  return rules;
}

class HttpFrontEnd final : public plugins::FrontEnd {
 public:
  HttpFrontEnd(plugins::PluginHost& host, HttpSettings settings) : host_(host), settings_(std::move(settings)) {}

  asio::awaitable<plugins::StartError> start() override {
    plugins::StartError error;
    error.message = open();
    co_return error;
  }
  asio::awaitable<void> stop() override {
    if (server_) co_await server_->stop();
  }
  void collect(plugins::MetricSink& sink) const override;

 private:
  std::string open();

  plugins::PluginHost& host_;
  HttpSettings settings_;
  // Both from start() on: only then is there a token.
  std::optional<HttpApi> api_;
  std::optional<web::HttpServer> server_;
};

/// Empty, or why it does not run.
std::string HttpFrontEnd::open() {
  auto token = web::open_token_file(settings_.token_file);
  if (!token) return token.error().message;
  HttpApiSettings api{rules_of(settings_, std::move(token->token)), settings_.lookups_maximum};
  api_.emplace(
      host_.names(), [this] { return host_.now(); }, [this](plugins::MetricSink& sink) { host_.collect(sink); },
      std::move(api));
  server_.emplace(host_.executor(), *api_, settings_.server, host_.log());
  if (std::string failure = server_->open(); !failure.empty()) return failure;
  const auto say = [this](std::string line) { host_.log().write(Severity::info, line); };
  if (token->made) say("http: a new token for changes is in " + settings_.token_file);
  say("http: listening on http://" + to_string(settings_.server.listen));
  if (settings_.server.unix_socket) say("http: listening on unix:" + settings_.server.unix_socket->path);
  return {};
}

void HttpFrontEnd::collect(plugins::MetricSink& sink) const {
  if (!server_) return;
  const HttpCounters& counters = api_->counters();
  constexpr std::array<std::string_view, 5> classes{"1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t i = 0; i < classes.size(); ++i)
    sink.counter("http_answers_total", "Requests answered, by class of status", counters.answers_by_class[i],
                 {"status", classes[i]});
  sink.counter("http_unauthorized_total", "Changes refused for want of the token", counters.writes_unauthorized);
  sink.counter("http_forbidden_total", "Requests from where they are not taken", counters.requests_forbidden);
  sink.counter("http_lookups_over_limit_total", "Requests refused because too many lookups were under way",
               counters.lookups_over_limit);
  sink.counter("http_unreadable_total", "Requests that could not be read", server_->counters().connections.unreadable);
  sink.counter("http_timed_out_total", "Connections closed because no complete request came in time",
               server_->counters().connections.timed_out);
  sink.counter("http_turned_away_total", "Connections closed because too many were open",
               server_->counters().turned_away);
  sink.gauge("http_lookups", "Lookups and changes under way", api_->lookups());
  sink.gauge("http_connections", "Connections open", server_->connections());
}

ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  auto settings = read_http_settings(host.config(), host.state_folder());
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
