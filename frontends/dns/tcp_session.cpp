#include "frontends/dns/tcp_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace p2pns::dns {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t length_bytes = 2;

std::size_t length_at(Bytes input) {
  return std::to_integer<std::size_t>(input[0]) << 8U | std::to_integer<std::size_t>(input[1]);
}

}  // namespace

TcpSession::TcpSession(tcp::socket socket, std::shared_ptr<Responder> responder,
                       std::chrono::milliseconds idle_time_out)
    : socket_(std::move(socket)),
      responder_(std::move(responder)),
      idle_time_out_(idle_time_out),
      last_active_(Clock::now()),
      idle_timer_(socket_.get_executor()),
      may_read_(socket_.get_executor(), Clock::time_point::max()),
      may_write_(socket_.get_executor(), Clock::time_point::max()) {}

void TcpSession::run() {
  asio::co_spawn(socket_.get_executor(), read_loop(shared_from_this()), asio::detached);
  asio::co_spawn(socket_.get_executor(), write_loop(shared_from_this()), asio::detached);
  asio::co_spawn(socket_.get_executor(), watch_idle(shared_from_this()), asio::detached);
}

void TcpSession::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  idle_timer_.cancel();
  may_read_.cancel();
  may_write_.cancel();
}

asio::awaitable<void> TcpSession::read_loop(std::shared_ptr<TcpSession> self) {
  while (self->is_open()) {
    self->take_messages();
    if (self->under_way_ >= queries_per_connection_maximum) {
      co_await self->may_read_.async_wait(token);
      continue;
    }
    if (!self->is_open()) break;
    const auto room = asio::buffer(self->input_) + self->input_size_;
    const auto [error, size] = co_await self->socket_.async_read_some(room, token);
    if (error) break;
    self->input_size_ += size;
  }
  // The client may close its side and still wait for answers (RFC 7766 section 6.2.3 allows either).
  while (self->is_open() && !self->is_idle()) co_await self->may_read_.async_wait(token);
  self->close();
}

void TcpSession::take_messages() {
  std::size_t taken = 0;
  while (is_open() && under_way_ < queries_per_connection_maximum && input_size_ - taken >= length_bytes) {
    const Bytes rest = Bytes{input_}.subspan(taken, input_size_ - taken);
    const std::size_t length = length_at(rest);
    if (length < header_bytes || length > query_maximum_bytes) return close();
    if (rest.size() < length_bytes + length) break;
    handle(rest.subspan(length_bytes, length));
    taken += length_bytes + length;
  }
  std::copy(input_.begin() + static_cast<std::ptrdiff_t>(taken),
            input_.begin() + static_cast<std::ptrdiff_t>(input_size_), input_.begin());
  input_size_ -= taken;
}

void TcpSession::handle(Bytes message) {
  last_active_ = Clock::now();
  Responder::Started started = responder_->answer(message, Via::tcp);
  if (!started.response && !started.unfinished) return;
  ++under_way_;
  if (started.unfinished) {
    Responder::Reply reply = [weak = weak_from_this()](ByteVector answer) {
      if (const auto self = weak.lock()) self->send(std::move(answer));
    };
    started.response = responder_->answer_later(std::move(*started.unfinished), std::move(reply));
  }
  if (started.response) send(std::move(*started.response));
}

void TcpSession::send(ByteVector message) {
  output_.push_back(std::move(message));
  may_write_.cancel();
}

asio::awaitable<void> TcpSession::write_loop(std::shared_ptr<TcpSession> self) {
  ByteVector batch;
  while (self->is_open()) {
    if (self->output_.empty()) {
      co_await self->may_write_.async_wait(token);
      continue;
    }
    batch.clear();
    const std::size_t messages = self->output_.size();
    for (const ByteVector& message : self->output_) {
      batch.push_back(static_cast<std::byte>(message.size() >> 8U));
      batch.push_back(static_cast<std::byte>(message.size()));
      batch.insert(batch.end(), message.begin(), message.end());
    }
    self->output_.clear();
    const auto buffer = asio::buffer(batch);
    const auto [error, size] = co_await asio::async_write(self->socket_, buffer, token);
    if (error) break;
    self->under_way_ -= messages;
    self->last_active_ = Clock::now();
    self->may_read_.cancel();
  }
  self->close();
}

asio::awaitable<void> TcpSession::watch_idle(std::shared_ptr<TcpSession> self) {
  while (self->is_open()) {
    const auto deadline = self->last_active_ + self->idle_time_out_;
    if (Clock::now() >= deadline) break;
    self->idle_timer_.expires_at(deadline);
    co_await self->idle_timer_.async_wait(token);
  }
  self->close();
}

}  // namespace p2pns::dns
