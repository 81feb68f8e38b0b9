#include "frontends/http/http_api.hpp"

#include <algorithm>

#include "frontends/http/registration_api.hpp"
#include "frontends/http/resolve_api.hpp"
#include "frontends/http/status_api.hpp"
#include "plugins/api/async_names.hpp"

namespace p2pns::http {

namespace asio = boost::asio;

/// A pattern's segment "{name}" stands for any one segment.
struct HttpApi::Route {
  std::vector<std::string_view> path;
  std::string_view method;
  bool writes;   ///< from this machine only
  bool lookups;  ///< counts as a lookup while it runs
  asio::awaitable<HttpResponse> (HttpApi::*run)(Call);
};

const std::vector<HttpApi::Route>& HttpApi::routes() {
  static const std::vector<Route> table{
      {{"v1", "resolve"}, "GET", false, true, &HttpApi::resolve},
      {{"v1", "names", "{name}"}, "GET", false, true, &HttpApi::show_name},
      {{"v1", "names", "{name}"}, "PUT", true, true, &HttpApi::put_name},
      {{"v1", "names", "{name}"}, "DELETE", true, true, &HttpApi::delete_name},
      {{"v1", "status"}, "GET", false, false, &HttpApi::status},
  };
  return table;
}

namespace {

bool matches(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path) {
  return std::ranges::equal(pattern, path, [](std::string_view wanted, std::string_view given) {
    return wanted == "{name}" ? !given.empty() : wanted == given;
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

Problem forbidden(std::string detail) {
  return make_problem(403, "forbidden", "This is not allowed from there", std::move(detail));
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

HttpApi::HttpApi(names::NameService& service, Callback<TimePoint()> now, HttpApiSettings settings)
    : service_(service), now_(std::move(now)), settings_(std::move(settings)) {}

ApiResult<const HttpApi::Route*> HttpApi::find_route(const RequestTarget& target, std::string_view method) {
  std::string allow;
  for (const Route& route : routes()) {
    if (!matches(route.path, target.path)) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) return &route;
    allow += (allow.empty() ? "" : ", ") + std::string{route.method};
    if (route.method == "GET") allow += ", HEAD";
  }
  if (allow.empty()) {
    Problem problem = make_problem(404, "no-such-path", "No such path", "see /v1/status, /v1/resolve, /v1/names/");
    problem.field = "path";
    return problem;
  }
  Problem problem = make_problem(405, "method-not-allowed", "This path has no such method", "allowed: " + allow);
  problem.field = "method";
  problem.fields.push_back({"Allow", allow});
  return problem;
}

std::optional<Problem> HttpApi::refusal_of_write(const HttpRequest& request) const {
  const auto& own = settings_.own_authorities;
  if (!request.from_this_machine) return forbidden("names can be changed from this machine only");
  if (std::ranges::find(own, request.host) == own.end()) return forbidden("the Host header does not name this server");
  if (request.origin.empty()) return std::nullopt;
  const bool own_origin =
      std::ranges::any_of(own, [&](const std::string& each) { return request.origin == "http://" + each; });
  if (!own_origin) return forbidden("a page of another site cannot change names");
  return std::nullopt;
}

asio::awaitable<HttpResponse> HttpApi::handle(HttpRequest request) {
  auto target = parse_target(request.target);
  if (!target) co_return to_response(target.error());
  const auto found = find_route(*target, request.method);
  if (!found) co_return to_response(found.error());
  const Route& route = **found;
  if (route.writes) {
    if (const auto refusal = refusal_of_write(request)) co_return to_response(*refusal);
    if (!plausible_type(request.content_type))
      co_return to_response(
          make_problem(415, "unsupported-type", "The body has an unknown type", "send application/json"));
  }
  if (route.lookups && *lookups_ >= settings_.lookups_maximum) co_return to_response(too_busy());
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

asio::awaitable<HttpResponse> HttpApi::show_name(Call call) {
  const auto parsed = parse_show(call.target, service_.zones());
  if (!parsed) co_return to_response(parsed.error());
  names::NameQuery query;
  query.name = parsed->parsed.name;
  query.bypass_cache = parsed->trace;
  const auto answer = co_await plugins::resolve(service_, std::move(query));
  co_return resolve_response(*parsed, *answer, now_());
}

asio::awaitable<HttpResponse> HttpApi::put_name(Call call) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  auto registration = parse_registration(call.target.path.back(), call.request.body, service_.zones());
  if (!registration) co_return to_response(registration.error());
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

asio::awaitable<HttpResponse> HttpApi::status(Call call) {
  if (auto unknown = unknown_parameter(call.target, {})) co_return to_response(*unknown);
  co_return status_response(service_.status());
}

}  // namespace p2pns::http
