#include "frontends/sip/udp_port.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/host/net/asio_address.hpp"
#include "frontends/sip/sip_limits.hpp"

namespace p2pns::sip {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

/// Some 4,000 messages: what comes while the thread is busy with something else for a second. Best effort.
constexpr int receive_buffer_bytes = 4 * 1024 * 1024;
/// Datagrams taken in one turn, before other work of the thread gets its turn.
constexpr int datagrams_per_turn = 64;
/// After a failed wait: the thread has other work to do meanwhile.
constexpr std::chrono::milliseconds pause_after_error{100};

}  // namespace

Result<void> UdpPort::open(const udp::endpoint& listen) {
  boost::system::error_code error;
  if (socket_.open(listen.protocol(), error)) return error;
  family_ = listen.protocol() == udp::v4() ? IpFamily::v4 : IpFamily::v6;
  socket_.set_option(asio::socket_base::receive_buffer_size{receive_buffer_bytes}, error);
  if (socket_.bind(listen, error) || socket_.non_blocking(true, error)) {
    close();
    return error;
  }
  return {};
}

std::uint16_t UdpPort::local_port() const {
  boost::system::error_code error;
  return socket_.local_endpoint(error).port();
}

void UdpPort::run(Intake& intake) {
  intake_ = &intake;
  asio::co_spawn(socket_.get_executor(), receive_loop(shared_from_this()), asio::detached);
}

void UdpPort::close() {
  intake_ = nullptr;
  boost::system::error_code ignored;
  socket_.close(ignored);
  pause_.cancel();
}

asio::awaitable<void> UdpPort::receive_loop(std::shared_ptr<UdpPort> self) {
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  while (self->socket_.is_open()) {
    const auto [error] = co_await self->socket_.async_wait(udp::socket::wait_read, token);
    if (!self->socket_.is_open()) break;
    if (!error) {
      self->drain();
      continue;
    }
    self->pause_.expires_after(pause_after_error);
    co_await self->pause_.async_wait(token);
  }
}

void UdpPort::drain() {
  std::array<char, message_maximum_bytes> buffer;
  for (int i = 0; i < datagrams_per_turn && intake_; ++i) {
    udp::endpoint sender;
    boost::system::error_code error;
    const std::size_t size = socket_.receive_from(asio::buffer(buffer), sender, 0, error);
    if (error == asio::error::would_block) return;
    if (error) continue;  // an ICMP error of something we sent
    const Flow from{TransportKind::udp, host::from_asio(sender), 0};
    if (intake_->admit(from.remote.address)) intake_->on_message({buffer.data(), size}, from);
  }
}

Result<void> UdpPort::send(std::string_view text, const Endpoint& to) {
  boost::system::error_code error;
  socket_.send_to(asio::buffer(text), host::to_udp(to, family_), 0, error);
  const bool dropped = error == asio::error::would_block || error == asio::error::no_buffer_space;
  // Of a datagram before this one: an ICMP message says that nobody listens there.
  if (!error || dropped || error == asio::error::connection_refused) return {};
  return error;
}

}  // namespace p2pns::sip
