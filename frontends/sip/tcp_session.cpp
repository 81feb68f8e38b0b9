#include "frontends/sip/tcp_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/host/net/asio_address.hpp"

namespace p2pns::sip {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Of a source that sends too much: it is not read from for this long.
constexpr std::chrono::milliseconds pause_when_flooded{100};

}  // namespace

TcpSession::TcpSession(tcp::socket socket, const Flow& flow, Intake& intake, std::chrono::seconds idle_time_out)
    : socket_(std::move(socket)),
      flow_(flow),
      intake_(&intake),
      idle_time_out_(idle_time_out),
      last_active_(Clock::now()),
      idle_timer_(socket_.get_executor()),
      may_write_(socket_.get_executor(), Clock::time_point::max()) {}

void TcpSession::run(OnEnd on_end) {
  on_end_ = std::move(on_end);
  asio::co_spawn(socket_.get_executor(), read_loop(shared_from_this()), asio::detached);
  start();
}

void TcpSession::dial(std::chrono::milliseconds limit, OnEnd on_end) {
  on_end_ = std::move(on_end);
  asio::co_spawn(socket_.get_executor(), dial_and_read(shared_from_this(), limit), asio::detached);
}

void TcpSession::start() {
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  asio::co_spawn(socket_.get_executor(), write_loop(shared_from_this()), asio::detached);
  asio::co_spawn(socket_.get_executor(), watch_idle(shared_from_this()), asio::detached);
}

void TcpSession::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  idle_timer_.cancel();
  may_write_.cancel();
}

std::vector<ClientId> TcpSession::abandon() {
  intake_ = nullptr;
  on_end_ = nullptr;
  close();
  return unsent_clients();
}

std::vector<ClientId> TcpSession::unsent_clients() const {
  std::vector<ClientId> clients;
  for (const Unsent& message : unsent_)
    if (message.client != 0) clients.push_back(message.client);
  return clients;
}

bool TcpSession::send(Text text, ClientId client) {
  if (unsent_bytes_ + text->size() > tcp_unsent_maximum_bytes) return false;
  unsent_bytes_ += text->size();
  unsent_.push_back({std::move(text), client});
  may_write_.cancel();
  return true;
}

void TcpSession::end() {
  close();
  intake_ = nullptr;
  const OnEnd on_end = std::exchange(on_end_, nullptr);
  if (on_end) on_end(flow_, unsent_clients());
}

asio::awaitable<void> TcpSession::dial_and_read(std::shared_ptr<TcpSession> self, std::chrono::milliseconds limit) {
  self->idle_timer_.expires_after(limit);
  self->idle_timer_.async_wait([weak = self->weak_from_this()](boost::system::error_code stopped) {
    const auto late = weak.lock();
    if (!stopped && late) late->close();
  });
  const tcp::endpoint remote{host::to_asio(self->flow_.remote.address), self->flow_.remote.port};
  const auto [error] = co_await self->socket_.async_connect(remote, token);
  self->idle_timer_.cancel();
  if (error || !self->socket_.is_open()) co_return self->end();
  self->start();
  co_await read_loop(self);
}

asio::awaitable<void> TcpSession::read_loop(std::shared_ptr<TcpSession> self) {
  while (self->socket_.is_open() && self->intake_) {
    const auto [error, size] = co_await self->socket_.async_read_some(asio::buffer(self->input_), token);
    if (error || !self->intake_) break;
    self->last_active_ = Clock::now();
    self->framer_.add({self->input_.data(), size});
    Taken taken = self->take_messages();
    while (taken == Taken::flooded) {
      asio::steady_timer pause{self->socket_.get_executor(), pause_when_flooded};
      co_await pause.async_wait(token);
      taken = self->take_messages();
    }
    if (taken == Taken::end) break;
  }
  self->end();
}

/// Each message and each keep-alive is one of those that its source may send, however many come in one segment.
TcpSession::Taken TcpSession::take_messages() {
  while (intake_) {
    if (!waiting_) {
      const auto event = framer_.next();
      if (!event) {
        // Nobody knows where the next message begins; this one may still be answered.
        if (!framer_.text().empty()) intake_->on_message(framer_.text(), flow_);
        return Taken::end;
      }
      event_ = *event;
    }
    if (event_ == StreamFramer::Event::nothing) return Taken::all;
    waiting_ = !intake_->admit(flow_.remote.address);
    if (waiting_) return Taken::flooded;
    if (event_ == StreamFramer::Event::ping) {
      send(std::make_shared<const std::string>("\r\n"), 0);
    } else {
      intake_->on_message(framer_.text(), flow_);
    }
  }
  return Taken::end;
}

asio::awaitable<void> TcpSession::write_loop(std::shared_ptr<TcpSession> self) {
  while (self->socket_.is_open()) {
    if (self->unsent_.empty()) {
      co_await self->may_write_.async_wait(token);
      continue;
    }
    const Text text = self->unsent_.front().text;
    const auto [error, size] = co_await asio::async_write(self->socket_, asio::buffer(*text), token);
    if (error) break;
    self->unsent_bytes_ -= text->size();
    self->unsent_.pop_front();
    self->last_active_ = Clock::now();
  }
  self->close();
}

asio::awaitable<void> TcpSession::watch_idle(std::shared_ptr<TcpSession> self) {
  while (self->socket_.is_open()) {
    const auto closes_at = self->last_active_ + self->idle_time_out_;
    if (closes_at <= Clock::now()) break;
    self->idle_timer_.expires_at(closes_at);
    co_await self->idle_timer_.async_wait(token);
  }
  self->close();
}

}  // namespace p2pns::sip
