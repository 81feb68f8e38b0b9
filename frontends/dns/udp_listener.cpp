#include "frontends/dns/udp_listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace p2pns::dns {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

/// A burst of a busy resolver (servers with the default buffer lose hundreds of datagrams to one). Best effort.
constexpr int receive_buffer_bytes = 4 * 1024 * 1024;
/// Datagrams taken in one turn, before other work of the thread gets its turn.
constexpr int datagrams_per_turn = 64;

}  // namespace

UdpListener::UdpListener(const asio::any_io_executor& executor, std::shared_ptr<Responder> responder)
    : socket_(executor), responder_(std::move(responder)) {}

Result<void> UdpListener::open(const udp::endpoint& listen) {
  boost::system::error_code error;
  if (socket_.open(listen.protocol(), error)) return error;
  socket_.set_option(asio::socket_base::receive_buffer_size{receive_buffer_bytes}, error);
  if (socket_.bind(listen, error) || socket_.non_blocking(true, error)) {
    close();
    return error;
  }
  return {};
}

std::uint16_t UdpListener::local_port() const {
  boost::system::error_code error;
  return socket_.local_endpoint(error).port();
}

void UdpListener::run() { asio::co_spawn(socket_.get_executor(), receive_loop(shared_from_this()), asio::detached); }

void UdpListener::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<void> UdpListener::receive_loop(std::shared_ptr<UdpListener> self) {
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  while (self->socket_.is_open()) {
    const auto [error] = co_await self->socket_.async_wait(udp::socket::wait_read, token);
    if (error) break;  // closed
    self->drain();
  }
}

void UdpListener::drain() {
  std::array<std::byte, query_maximum_bytes> buffer;
  for (int i = 0; i < datagrams_per_turn && socket_.is_open(); ++i) {
    udp::endpoint from;
    boost::system::error_code error;
    const std::size_t size = socket_.receive_from(asio::buffer(buffer), from, 0, error);
    if (error == asio::error::would_block) return;
    if (!error) handle(Bytes{buffer}.first(size), from);  // else: an ICMP error of an earlier answer
  }
}

void UdpListener::handle(Bytes datagram, const udp::endpoint& from) {
  Responder::Started started = responder_->answer(datagram, Via::udp);
  if (started.unfinished) {
    Responder::Reply reply = [self = shared_from_this(), from](const ByteVector& message) {
      self->send(message, from);
    };
    started.response = responder_->answer_later(std::move(*started.unfinished), std::move(reply));
  }
  if (started.response) send(*started.response, from);
}

void UdpListener::send(const ByteVector& message, const udp::endpoint& to) {
  boost::system::error_code dropped;
  socket_.send_to(asio::buffer(message), to, 0, dropped);
}

}  // namespace p2pns::dns
