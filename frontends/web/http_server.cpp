#include "frontends/web/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "frontends/web/connection.hpp"
#include "frontends/web/connection_places.hpp"

namespace p2pns::web {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using unix_stream = asio::local::stream_protocol;

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
  Implementation(asio::any_io_executor executor, HttpHandler& handler, HttpServerSettings settings, Log& log)
      : executor_(executor),
        tcp_(executor),
        unix_(executor),
        idle_(executor),
        handler_(handler),
        settings_(std::move(settings)),
        places_(settings_.connections_maximum),
        log_(log) {}

  std::string open() {
    std::string failure = open_tcp();
    if (failure.empty() && settings_.unix_socket) failure = open_unix(*settings_.unix_socket);
    if (!failure.empty()) {
      close_acceptors();
      return failure;
    }
    accept_on(tcp_);
    if (settings_.unix_socket) accept_on(unix_);
    return {};
  }

  void close() {
    stopping_ = true;
    close_acceptors();
    for (Session& session : sessions_) session.stop.emit(asio::cancellation_type::terminal);
  }

  asio::awaitable<void> wait_until_empty() {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (!sessions_.empty() || accepting_ > 0) {
      idle_.expires_at(asio::steady_timer::time_point::max());
      co_await idle_.async_wait(token);
    }
  }

  Endpoint local_endpoint() const {
    boost::system::error_code error;
    const auto local = tcp_.local_endpoint(error);
    return error ? settings_.listen : Endpoint{settings_.listen.address, local.port()};
  }
  std::size_t connections() const noexcept { return sessions_.size(); }
  const HttpServerCounters& counters() const noexcept { return counters_; }

 private:
  struct Session {
    explicit Session(const Peer& from) : peer(from) {}
    Peer peer;
    asio::cancellation_signal stop;
  };
  using SessionPosition = std::list<Session>::iterator;

  std::string open_tcp() {
    boost::system::error_code error;
    const tcp::endpoint endpoint = to_asio(settings_.listen);
    tcp_.open(endpoint.protocol(), error);
    if (!error) tcp_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) tcp_.bind(endpoint, error);
    if (!error) tcp_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    return "cannot listen on " + to_string(settings_.listen) + " (TCP): " + error.message();
  }

  std::string open_unix(const UnixSocketSettings& unix_socket) {
    if (std::string taken = make_way_for_socket(unix_socket.path); !taken.empty()) return taken;
    boost::system::error_code error;
    unix_.open(unix_stream(), error);
    if (!error) unix_.bind(unix_stream::endpoint(unix_socket.path), error);
    bound_ = !error;
    // Nobody can connect before listen(), so nobody comes in under the mode that the file is made with.
    if (bound_)
      if (std::string failure = restrict_socket(unix_socket); !failure.empty()) return failure;
    if (!error) unix_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    return "cannot listen on " + unix_socket.path + ": " + error.message();
  }

  void close_acceptors() {
    // While it still listens: a daemon that starts now keeps away from it, and never loses its own file to us.
    if (std::exchange(bound_, false)) remove_socket(settings_.unix_socket->path);
    boost::system::error_code ignored;
    tcp_.close(ignored);
    unix_.close(ignored);
  }

  template <class Acceptor>
  void accept_on(Acceptor& acceptor) {
    ++accepting_;
    asio::co_spawn(executor_, accept_all(shared_from_this(), acceptor), asio::detached);
  }

  /// `acceptor` is a member of `self`.
  template <class Acceptor>
  static asio::awaitable<void> accept_all(std::shared_ptr<Implementation> self, Acceptor& acceptor) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (!self->stopping_) {
      StreamProtocol::socket socket(self->executor_);
      const auto [error] = co_await acceptor.async_accept(socket, token);
      if (error == asio::error::operation_aborted || self->stopping_) break;
      if (error) {
        asio::steady_timer pause(self->executor_, pause_after_failure);
        co_await pause.async_wait(token);
        continue;
      }
      self->begin_session(std::move(socket));
    }
    --self->accepting_;
    self->idle_.cancel();
  }

  void begin_session(StreamProtocol::socket socket) {
    auto peer = peer_of(socket.native_handle());
    if (!peer) return;
    if (!places_.take(*peer)) {
      ++counters_.turned_away;
      return;  // closes it
    }
    const auto position = sessions_.emplace(sessions_.end(), *peer);
    auto ended = [self = shared_from_this(), position](std::exception_ptr error) {
      self->end_session(position, error);
    };
    const ConnectionLimits limits{settings_.idle_time_out, settings_.body_maximum_bytes};
    asio::co_spawn(executor_,
                   serve_connection(std::move(socket), std::move(*peer), handler_, limits, counters_.connections),
                   asio::bind_cancellation_slot(position->stop.slot(), std::move(ended)));
  }

  void end_session(SessionPosition position, const std::exception_ptr& error) {
    places_.give_back(position->peer);
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
  tcp::acceptor tcp_;
  unix_stream::acceptor unix_;
  asio::steady_timer idle_;  // never expires: the event that the last session has ended
  HttpHandler& handler_;
  HttpServerSettings settings_;
  ConnectionPlaces places_;
  Log& log_;
  HttpServerCounters counters_;
  std::list<Session> sessions_;
  std::size_t accepting_ = 0;  // acceptors at work
  bool bound_ = false;         // the unix socket's file is there, and ours
  bool stopping_ = false;
};

HttpServer::HttpServer(asio::any_io_executor executor, HttpHandler& handler, HttpServerSettings settings, Log& log)
    : implementation_(std::make_shared<Implementation>(std::move(executor), handler, std::move(settings), log)) {}
HttpServer::~HttpServer() { implementation_->close(); }

std::string HttpServer::open() { return implementation_->open(); }
asio::awaitable<void> HttpServer::stop() {
  implementation_->close();
  return implementation_->wait_until_empty();
}
Endpoint HttpServer::local_endpoint() const { return implementation_->local_endpoint(); }
std::size_t HttpServer::connections() const noexcept { return implementation_->connections(); }
const HttpServerCounters& HttpServer::counters() const noexcept { return implementation_->counters(); }

}  // namespace p2pns::web
