#include "frontends/http/http_api.hpp"

#include <algorithm>

#include "frontends/http/health_api.hpp"
#include "frontends/http/hits_api.hpp"
#include "frontends/http/metrics_text.hpp"
#include "frontends/http/names_api.hpp"
#include "frontends/http/node_metrics.hpp"
#include "frontends/http/registration_api.hpp"
#include "frontends/http/resolve_api.hpp"
#include "frontends/http/status_api.hpp"
#include "plugins/api/async_names.hpp"

namespace p2pns::http {

namespace asio = boost::asio;
using web::Access;
using web::Verdict;

/// A pattern's segment in braces stands for any one segment.
struct HttpApi::Route {
  std::vector<std::string_view> path;
  std::string_view method;
  Access access;
  bool lookups;  ///< counts as a lookup while it runs
  asio::awaitable<HttpResponse> (HttpApi::*run)(Call);
};

const std::vector<HttpApi::Route>& HttpApi::routes() {
  static const std::vector<Route> table{
      {{"v1", "resolve"}, "GET", Access::read, true, &HttpApi::resolve},
      {{"v1", "names"}, "GET", Access::read, false, &HttpApi::list_names},
      {{"v1", "names", "{name}"}, "GET", Access::read, true, &HttpApi::show_name},
      {{"v1", "names", "{name}"}, "PUT", Access::write, true, &HttpApi::put_name},
      {{"v1", "names", "{name}"}, "PATCH", Access::write, true, &HttpApi::patch_name},
      {{"v1", "names", "{name}"}, "DELETE", Access::write, true, &HttpApi::delete_name},
      {{"v1", "hits", "{hit}"}, "GET", Access::read, true, &HttpApi::show_hit},
      {{"v1", "hits", "{hit}"}, "PUT", Access::write, true, &HttpApi::put_hit},
      {{"v1", "status"}, "GET", Access::read, false, &HttpApi::status},
      {{"healthz"}, "GET", Access::read, false, &HttpApi::health},
      {{"readyz"}, "GET", Access::read, false, &HttpApi::readiness},
      {{"metrics"}, "GET", Access::read, false, &HttpApi::metrics},
  };
  return table;
}

namespace {

bool matches(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path) {
  return std::ranges::equal(pattern, path, [](std::string_view wanted, std::string_view given) {
    return wanted.starts_with('{') ? !given.empty() : wanted == given;
  });
}

Problem make_problem(unsigned status, std::string kind, std::string title, std::string detail) {
  Problem problem;
  problem.status = status;
  problem.kind = std::move(kind);
  problem.title = std::move(title);
  problem.detail = std::move(detail);
  return problem;
}

Problem too_busy() {
  Problem problem = make_problem(503, "overloaded", "This node is too busy", "too many lookups are under way");
  problem.fields.push_back({"Retry-After", "1"});
  return problem;
}

/// One lookup under way; also when the coroutine is destroyed in the middle of it.
class Running {
 public:
  explicit Running(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { --*count_; }

 private:
  std::shared_ptr<std::size_t> count_;
};

/// curl's default for a body is the form type; whoever sends a picture is mistaken.
bool plausible_type(std::string_view type) {
  return type.empty() || type.find("json") != std::string_view::npos || type.starts_with("text/plain") ||
         type.starts_with("application/x-www-form-urlencoded");
}

}  // namespace

HttpApi::HttpApi(names::NameService& service, Callback<TimePoint()> now, Callback<void(plugins::MetricSink&)> collect,
                 HttpApiSettings settings)
    : service_(service), now_(std::move(now)), collect_(std::move(collect)), settings_(std::move(settings)) {}

ApiResult<const HttpApi::Route*> HttpApi::find_route(const RequestTarget& target, std::string_view method) {
  std::string allow;
  for (const Route& route : routes()) {
    if (!matches(route.path, target.path)) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) return &route;
    allow += (allow.empty() ? "" : ", ") + std::string{route.method};
    if (route.method == "GET") allow += ", HEAD";
  }
  if (allow.empty()) {
    Problem problem = make_problem(404, "no-such-path", "No such path",
                                   "see /v1/status, /v1/resolve, /v1/names, /v1/hits, /healthz, /readyz, /metrics");
    problem.field = "path";
    return problem;
  }
  Problem problem = make_problem(405, "method-not-allowed", "This path has no such method", "allowed: " + allow);
  problem.field = "method";
  problem.fields.push_back({"Allow", allow});
  return problem;
}

std::optional<Problem> HttpApi::refusal_of(const HttpRequest& request, Access access) {
  const Verdict verdict = judge(settings_.access, request, access);
  if (verdict == Verdict::allowed) return std::nullopt;
  const bool token = verdict == Verdict::no_token || verdict == Verdict::wrong_token;
  ++(token ? counters_.writes_unauthorized : counters_.requests_forbidden);
  return problem_of(verdict, settings_.access);
}

asio::awaitable<HttpResponse> HttpApi::handle(HttpRequest request) {
  HttpResponse response = co_await answer(std::move(request));
  const std::size_t response_class = response.status / 100;
  if (response_class >= 1 && response_class <= counters_.answers_by_class.size())
    ++counters_.answers_by_class[response_class - 1];
  co_return response;
}

HttpResponse HttpApi::refuse(const web::Unreadable& unreadable) {
  Problem problem =
      make_problem(unreadable.status, "bad-request", "The request cannot be understood", unreadable.detail);
  problem.field = unreadable.part;
  return to_response(problem);
}

asio::awaitable<HttpResponse> HttpApi::answer(HttpRequest request) {
  auto target = parse_target(request.target);
  if (!target) co_return to_response(target.error());
  const auto found = find_route(*target, request.method);
  if (!found) co_return to_response(found.error());
  const Route& route = **found;
  if (const auto refusal = refusal_of(request, route.access)) co_return to_response(*refusal);
  if (route.access == Access::write && !plausible_type(request.content_type))
    co_return to_response(
        make_problem(415, "unsupported-type", "The body has an unknown type", "send application/json"));
  if (route.lookups && *lookups_ >= settings_.lookups_maximum) {
    ++counters_.lookups_over_limit;
    co_return to_response(too_busy());
  }
  std::optional<Running> running;
  if (route.lookups) running.emplace(lookups_);
  Call call;
  call.target = std::move(*target);
  call.request = std::move(request);
  co_return co_await (this->*route.run)(std::move(call));
}

asio::awaitable<HttpResponse> HttpApi::resolve(Call call) {
  const auto parsed = parse_resolve(call.target, service_.zones());
  if (!parsed) co_return to_response(parsed.error());
  names::NameQuery query;
  query.name = parsed->parsed.name;
  query.bypass_cache = parsed->trace;
  const auto answer = co_await plugins::resolve(service_, std::move(query));
  co_return resolve_response(*parsed, *answer, now_());
}

asio::awaitable<HttpResponse> HttpApi::list_names(Call call) {
  const auto parsed = parse_names(call.target, service_.zones());
  if (!parsed) co_return to_response(parsed.error());
  co_return names_response(*parsed, service_.own_names(parsed->after, parsed->limit + 1),
                           service_.status().names_owned);
}

asio::awaitable<HttpResponse> HttpApi::show_name(Call call) {
  const auto parsed = parse_show(call.target, service_.zones());
  if (!parsed) co_return to_response(parsed.error());
  names::NameQuery query;
  query.name = parsed->parsed.name;
  query.bypass_cache = parsed->trace;
  const auto answer = co_await plugins::resolve(service_, std::move(query));
  co_return resolve_response(*parsed, *answer, now_());
}

asio::awaitable<HttpResponse> HttpApi::put_name(Call call) { return write_name(std::move(call), false); }

asio::awaitable<HttpResponse> HttpApi::patch_name(Call call) { return write_name(std::move(call), true); }

asio::awaitable<HttpResponse> HttpApi::write_name(Call call, bool change_only) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  auto registration = parse_registration(call.target.path.back(), call.request.body, service_.zones());
  if (!registration) co_return to_response(registration.error());
  registration->change_only = change_only;
  const names::P2PName name = registration->name;
  const auto receipt = co_await plugins::register_name(service_, std::move(*registration));
  co_return registration_response(name, receipt);
}

asio::awaitable<HttpResponse> HttpApi::delete_name(Call call) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  const auto name = names::parse_registrable_name(call.target.path.back(), service_.zones());
  if (!name) co_return to_response(bad_field("name", name.error().message));
  names::P2PName released_name = *name;
  const auto released = co_await plugins::release_name(service_, std::move(released_name));
  co_return release_response(*name, released);
}

asio::awaitable<HttpResponse> HttpApi::show_hit(Call call) {
  const auto hit = parse_hit_target(call.target);
  if (!hit) co_return to_response(hit.error());
  const auto answer = co_await plugins::find_hit(service_, *hit);
  co_return hit_response(*answer, now_());
}

asio::awaitable<HttpResponse> HttpApi::put_hit(Call call) {
  const auto hit = parse_hit_target(call.target);
  if (!hit) co_return to_response(hit.error());
  auto signed_bytes = parse_hit_body(*hit, call.request.body);
  if (!signed_bytes) co_return to_response(signed_bytes.error());
  const auto receipt = co_await plugins::publish_hit(service_, std::move(*signed_bytes));
  co_return hit_receipt_response(*hit, receipt);
}

asio::awaitable<HttpResponse> HttpApi::status(Call call) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  co_return status_response(service_.status());
}

asio::awaitable<HttpResponse> HttpApi::health(Call call) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  co_return health_response();
}

asio::awaitable<HttpResponse> HttpApi::readiness(Call call) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  co_return readiness_response(service_.status());
}

asio::awaitable<HttpResponse> HttpApi::metrics(Call call) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  MetricsText text;
  write_metrics(service_.status(), text);
  collect_(text);
  HttpResponse response;
  response.content_type = metrics_content_type;
  response.body = text.text();
  co_return response;
}

}  // namespace p2pns::http
