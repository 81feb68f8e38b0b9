#include "frontends/sip/tcp_port.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "core/host/net/asio_address.hpp"
#include "frontends/sip/source_limiter.hpp"

namespace p2pns::sip {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// After a failed accept (no descriptors left): the thread has other work to do meanwhile.
constexpr std::chrono::milliseconds pause_after_error{100};

}  // namespace

TcpPort::TcpPort(const asio::any_io_executor& executor, TcpSettings settings)
    : acceptor_(executor), pause_(executor), settings_(settings) {}

Result<void> TcpPort::open(const tcp::endpoint& listen) {
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

std::uint16_t TcpPort::local_port() const {
  boost::system::error_code error;
  return acceptor_.local_endpoint(error).port();
}

void TcpPort::run(Intake& intake, SipCounters& counters) {
  intake_ = &intake;
  counters_ = &counters;
  asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()), asio::detached);
}

void TcpPort::close() {
  intake_ = nullptr;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  for (const auto& [connection, session] : sessions_) (void)session->abandon();
  sessions_.clear();
  connection_to_.clear();
}

asio::awaitable<void> TcpPort::accept_loop(std::shared_ptr<TcpPort> self) {
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

void TcpPort::admit(tcp::socket socket) {
  boost::system::error_code error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;  // it is gone already
  const Endpoint from = host::from_asio(remote);
  if (!intake_->admit(from.address)) {
    ++counters_->tcp_connections_refused;
    return;  // the socket closes
  }
  const auto session = add(std::move(socket), from);
  session->run([weak = weak_from_this()](const Flow& flow, const std::vector<ClientId>& unsent) {
    if (const auto self = weak.lock()) self->on_end(flow, unsent, false);
  });
}

std::shared_ptr<TcpSession> TcpPort::add(tcp::socket socket, const Endpoint& remote) {
  if (sessions_.size() >= settings_.connections_maximum) make_room(remote.address);
  ++counters_->tcp_connections;
  const Flow flow{TransportKind::tcp, remote, next_connection_++};
  auto session = std::make_shared<TcpSession>(std::move(socket), flow, *intake_, settings_.idle_time_out);
  sessions_.emplace(flow.connection, session);
  connection_to_[remote] = flow.connection;
  return session;
}

void TcpPort::make_room(const IpAddress& newcomer) {
  std::map<IpAddress, std::size_t> places{{counted_source(newcomer), 1}};
  for (const auto& [connection, session] : sessions_) ++places[counted_source(session->flow().remote.address)];
  const auto goes_first = [&places](const auto& one, const auto& other) {
    const std::size_t of_one = places[counted_source(one.second->flow().remote.address)];
    const std::size_t of_other = places[counted_source(other.second->flow().remote.address)];
    return of_one != of_other ? of_one > of_other : one.second->last_active() < other.second->last_active();
  };
  const auto oldest = std::ranges::min_element(sessions_, goes_first);
  const auto session = oldest->second;
  for (const ClientId client : session->abandon()) fail(client);
  if (const auto found = connection_to_.find(session->flow().remote);
      found != connection_to_.end() && found->second == session->flow().connection)
    connection_to_.erase(found);
  sessions_.erase(oldest);
}

void TcpPort::send(const Flow& to, Text text, ClientId client) {
  if (!intake_) return;
  auto session = find(to);
  if (!session && to.connection == 0) session = dial(to.remote);
  if (!session || !session->send(std::move(text), client)) fail(client);
}

std::shared_ptr<TcpSession> TcpPort::find(const Flow& to) const {
  std::uint64_t connection = to.connection;
  if (connection == 0) {
    const auto known = connection_to_.find(to.remote);
    if (known == connection_to_.end()) return nullptr;
    connection = known->second;
  }
  const auto found = sessions_.find(connection);
  return found == sessions_.end() ? nullptr : found->second;
}

std::shared_ptr<TcpSession> TcpPort::dial(const Endpoint& to) {
  auto session = add(tcp::socket{acceptor_.get_executor()}, to);
  session->dial(settings_.dial_limit, [weak = weak_from_this()](const Flow& flow, const std::vector<ClientId>& unsent) {
    if (const auto self = weak.lock()) self->on_end(flow, unsent, true);
  });
  return session;
}

bool TcpPort::may_dial(const Endpoint& to) const {
  const auto refused = refused_until_.find(to);
  return refused == refused_until_.end() || refused->second <= TcpSession::Clock::now();
}

void TcpPort::on_end(const Flow& flow, const std::vector<ClientId>& unsent, bool dialled) {
  sessions_.erase(flow.connection);
  if (const auto found = connection_to_.find(flow.remote);
      found != connection_to_.end() && found->second == flow.connection)
    connection_to_.erase(found);
  if (dialled && !unsent.empty()) {
    if (refused_until_.size() >= refused_maximum) refused_until_.clear();
    refused_until_[flow.remote] = TcpSession::Clock::now() + settings_.refused_life;
  }
  for (const ClientId client : unsent) fail(client);
}

/// Later: whoever sends is in the middle of something.
void TcpPort::fail(ClientId client) {
  if (client == 0) return;
  boost::asio::post(acceptor_.get_executor(), [weak = weak_from_this(), client] {
    const auto self = weak.lock();
    if (self && self->intake_) self->intake_->on_send_failed(client, Errc::not_reachable);
  });
}

}  // namespace p2pns::sip
