#include "frontends/http/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <list>

#include "frontends/http/connection.hpp"

namespace p2pns::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

namespace {

tcp::endpoint to_asio(const Endpoint& endpoint) {
  const auto octets = endpoint.address.view();
  if (endpoint.address.family == IpFamily::v4) {
    asio::ip::address_v4::bytes_type bytes{};
    std::memcpy(bytes.data(), octets.data(), bytes.size());
    return {asio::ip::address_v4(bytes), endpoint.port};
  }
  asio::ip::address_v6::bytes_type bytes{};
  std::memcpy(bytes.data(), octets.data(), bytes.size());
  return {asio::ip::address_v6(bytes), endpoint.port};
}

/// After accept() fails for want of descriptors or memory, trying again at once would only burn the processor.
constexpr std::chrono::milliseconds pause_after_failure{100};

}  // namespace

class HttpServer::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(asio::any_io_executor executor, HttpApi& api, HttpServerSettings settings, Log& log)
      : executor_(executor), acceptor_(executor), idle_(executor), api_(api), settings_(settings), log_(log) {}

  Result<void> open() {
    boost::system::error_code error;
    const tcp::endpoint endpoint = to_asio(settings_.listen);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
      return error;
    }
    asio::co_spawn(executor_, accept_all(shared_from_this()), asio::detached);
    return {};
  }

  void close() {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (Session& session : sessions_) session.stop.emit(asio::cancellation_type::terminal);
  }

  asio::awaitable<void> wait_until_empty() {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (!sessions_.empty() || accepting_) {
      idle_.expires_at(asio::steady_timer::time_point::max());
      co_await idle_.async_wait(token);
    }
  }

  Endpoint local_endpoint() const {
    boost::system::error_code error;
    const auto local = acceptor_.local_endpoint(error);
    return error ? settings_.listen : Endpoint{settings_.listen.address, local.port()};
  }
  std::size_t connections() const noexcept { return sessions_.size(); }

 private:
  struct Session {
    asio::cancellation_signal stop;
  };
  using SessionPosition = std::list<Session>::iterator;

  static asio::awaitable<void> accept_all(std::shared_ptr<Implementation> self) {
    self->accepting_ = true;
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (!self->stopping_) {
      tcp::socket socket(self->executor_);
      const auto [error] = co_await self->acceptor_.async_accept(socket, token);
      if (error == asio::error::operation_aborted || self->stopping_) break;
      if (error) {
        asio::steady_timer pause(self->executor_, pause_after_failure);
        co_await pause.async_wait(token);
        continue;
      }
      if (self->sessions_.size() < self->settings_.connections_maximum) self->begin_session(std::move(socket));
    }
    self->accepting_ = false;
    self->idle_.cancel();
  }

  void begin_session(tcp::socket socket) {
    const auto position = sessions_.emplace(sessions_.end());
    auto ended = [self = shared_from_this(), position](std::exception_ptr error) {
      self->end_session(position, error);
    };
    asio::co_spawn(executor_, serve_connection(std::move(socket), api_, settings_.idle_time_out),
                   asio::bind_cancellation_slot(position->stop.slot(), std::move(ended)));
  }

  void end_session(SessionPosition position, const std::exception_ptr& error) {
    sessions_.erase(position);
    if (sessions_.empty()) idle_.cancel();
    if (!error || stopping_) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      log_.write(Severity::debug, std::string{"http: a connection ended: "} + exception.what());
    }
  }

  asio::any_io_executor executor_;
  tcp::acceptor acceptor_;
  asio::steady_timer idle_;  // never expires: the event that the last session has ended
  HttpApi& api_;
  HttpServerSettings settings_;
  Log& log_;
  std::list<Session> sessions_;
  bool accepting_ = false;
  bool stopping_ = false;
};

HttpServer::HttpServer(asio::any_io_executor executor, HttpApi& api, HttpServerSettings settings, Log& log)
    : implementation_(std::make_shared<Implementation>(std::move(executor), api, settings, log)) {}
HttpServer::~HttpServer() { implementation_->close(); }

Result<void> HttpServer::open() { return implementation_->open(); }
asio::awaitable<void> HttpServer::stop() {
  implementation_->close();
  return implementation_->wait_until_empty();
}
Endpoint HttpServer::local_endpoint() const { return implementation_->local_endpoint(); }
std::size_t HttpServer::connections() const noexcept { return implementation_->connections(); }

}  // namespace p2pns::http
