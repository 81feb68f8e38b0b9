// HttpApi: what each path and method does. One request in, one response out; sockets are left to web::HttpServer, the
// translation of each call to *_api.hpp. The route table in http_api.cpp is the place to add a call.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/base/callback.hpp"
#include "core/names/name_service.hpp"
#include "frontends/http/access_problem.hpp"
#include "frontends/http/http_counters.hpp"
#include "frontends/http/request_target.hpp"
#include "frontends/web/http_handler.hpp"
#include "plugins/api/metric_sink.hpp"

namespace p2pns::http {

struct HttpApiSettings {
  web::AccessRules access{};
  /// Lookups and registrations under way at once; each holds some kB and sends some hundred datagrams.
  std::size_t lookups_maximum = 64;
};

class HttpApi final : public web::HttpHandler {
 public:
  /// `service` outlives this; `now` is the time base of its answers; `collect` writes the counters of all front ends.
  HttpApi(names::NameService& service, Callback<TimePoint()> now, Callback<void(plugins::MetricSink&)> collect,
          HttpApiSettings settings);

  boost::asio::awaitable<HttpResponse> handle(HttpRequest request) override;
  HttpResponse refuse(const web::Unreadable&) override;
  std::size_t lookups() const noexcept { return *lookups_; }
  const HttpCounters& counters() const noexcept { return counters_; }

 private:
  struct Call {
    RequestTarget target;
    HttpRequest request;
  };
  struct Route;
  static const std::vector<Route>& routes();
  static ApiResult<const Route*> find_route(const RequestTarget&, std::string_view method);
  /// Why the request is refused, if it is.
  std::optional<Problem> refusal_of(const HttpRequest&, web::Access);
  boost::asio::awaitable<HttpResponse> answer(HttpRequest request);

  boost::asio::awaitable<HttpResponse> list_names(Call call);
  boost::asio::awaitable<HttpResponse> resolve(Call call);
  boost::asio::awaitable<HttpResponse> show_name(Call call);
  boost::asio::awaitable<HttpResponse> put_name(Call call);
  boost::asio::awaitable<HttpResponse> patch_name(Call call);
  boost::asio::awaitable<HttpResponse> write_name(Call call, bool change_only);
  boost::asio::awaitable<HttpResponse> delete_name(Call call);
  boost::asio::awaitable<HttpResponse> show_hit(Call call);
  boost::asio::awaitable<HttpResponse> put_hit(Call call);
  boost::asio::awaitable<HttpResponse> status(Call call);
  boost::asio::awaitable<HttpResponse> health(Call call);
  boost::asio::awaitable<HttpResponse> readiness(Call call);
  boost::asio::awaitable<HttpResponse> metrics(Call call);

  names::NameService& service_;
  Callback<TimePoint()> now_;
  Callback<void(plugins::MetricSink&)> collect_;
  HttpApiSettings settings_;
  HttpCounters counters_;
  // Shared: a request that is destroyed after this object still counts itself out.
  std::shared_ptr<std::size_t> lookups_ = std::make_shared<std::size_t>(0);
};

}  // namespace p2pns::http
