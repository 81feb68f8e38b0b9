// HttpApi: what each path and method does. One request in, one response out; sockets are left to HttpServer, the
// translation of each call to *_api.hpp. The route table in http_api.cpp is the place to add a call.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/base/callback.hpp"
#include "core/names/name_service.hpp"
#include "frontends/http/request_target.hpp"

namespace p2pns::http {

struct HttpApiSettings {
  /// What a browser may call this server: "127.0.0.1:8053", "localhost:8053". Any other Host or Origin of a write is
  /// another site's script, or a name that an attacker points at this machine.
  std::vector<std::string> own_authorities;
  /// Lookups and registrations under way at once; each holds some kB and sends some hundred datagrams.
  std::size_t lookups_maximum = 64;
};

class HttpApi {
 public:
  /// `service` outlives this; `now` is the time base of its answers.
  HttpApi(names::NameService& service, Callback<TimePoint()> now, HttpApiSettings settings);

  /// Always a response; throws only when it is cancelled. A HEAD request is answered as its GET, body included.
  boost::asio::awaitable<HttpResponse> handle(HttpRequest request);
  std::size_t lookups() const noexcept { return *lookups_; }

 private:
  struct Call {
    RequestTarget target;
    HttpRequest request;
  };
  struct Route;
  static const std::vector<Route>& routes();
  static ApiResult<const Route*> find_route(const RequestTarget&, std::string_view method);
  /// Why this write is refused, if it is.
  std::optional<Problem> refusal_of_write(const HttpRequest&) const;

  boost::asio::awaitable<HttpResponse> resolve(Call call);
  boost::asio::awaitable<HttpResponse> show_name(Call call);
  boost::asio::awaitable<HttpResponse> put_name(Call call);
  boost::asio::awaitable<HttpResponse> delete_name(Call call);
  boost::asio::awaitable<HttpResponse> status(Call call);

  names::NameService& service_;
  Callback<TimePoint()> now_;
  HttpApiSettings settings_;
  // Shared: a request that is destroyed after this object still counts itself out.
  std::shared_ptr<std::size_t> lookups_ = std::make_shared<std::size_t>(0);
};

}  // namespace p2pns::http
