#include "frontends/dns/tcp_listener.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace p2pns::dns {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// After a failed accept (no descriptors left): the thread has other work to do meanwhile.
constexpr std::chrono::milliseconds pause_after_error{100};

}  // namespace

TcpListener::TcpListener(const asio::any_io_executor& executor, std::shared_ptr<Responder> responder,
                         TcpSettings settings)
    : acceptor_(executor), pause_(executor), responder_(std::move(responder)), settings_(settings) {}

Result<void> TcpListener::open(const tcp::endpoint& listen) {
  boost::system::error_code error;
  if (acceptor_.open(listen.protocol(), error)) return error;
  acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  if (acceptor_.bind(listen, error) || acceptor_.listen(tcp::acceptor::max_listen_connections, error)) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    return error;
  }
  return {};
}

void TcpListener::run() { asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()), asio::detached); }

void TcpListener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  for (const auto& weak : sessions_)
    if (const auto session = weak.lock()) session->close();
  sessions_.clear();
}

asio::awaitable<void> TcpListener::accept_loop(std::shared_ptr<TcpListener> self) {
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  tcp::acceptor& acceptor = self->acceptor_;
  while (acceptor.is_open()) {
    tcp::socket socket{acceptor.get_executor()};
    const auto [error] = co_await acceptor.async_accept(socket, token);
    if (!acceptor.is_open()) break;
    if (!error) {
      self->admit(std::move(socket));
      continue;
    }
    self->pause_.expires_after(pause_after_error);
    co_await self->pause_.async_wait(token);
  }
}

void TcpListener::admit(tcp::socket socket) {
  std::erase_if(sessions_, [](const auto& weak) {
    const auto session = weak.lock();
    return !session || !session->is_open();
  });
  if (sessions_.size() >= settings_.connections_maximum && !make_room()) {
    ++responder_->counters().tcp_connections_refused;
    return;  // the socket closes
  }
  ++responder_->counters().tcp_connections;
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  const auto session = std::make_shared<TcpSession>(std::move(socket), responder_, settings_.idle_time_out);
  sessions_.push_back(session);
  session->run();
}

bool TcpListener::make_room() {
  std::shared_ptr<TcpSession> oldest;
  for (const auto& weak : sessions_) {
    auto session = weak.lock();
    if (session && session->is_idle() && (!oldest || session->last_active() < oldest->last_active()))
      oldest = std::move(session);
  }
  if (!oldest) return false;
  oldest->close();
  std::erase_if(sessions_, [&oldest](const auto& weak) { return weak.lock() == oldest; });
  return true;
}

}  // namespace p2pns::dns
