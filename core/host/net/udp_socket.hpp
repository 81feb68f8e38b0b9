// UdpSocket: the Transport of a real node. Sends at once and drops what the kernel refuses: the core retries anyway.
#pragma once

#include <boost/asio/ip/udp.hpp>

#include "core/base/callback.hpp"
#include "core/base/transport.hpp"

namespace p2pns::host {

class UdpSocket final : public Transport {
 public:
  explicit UdpSocket(boost::asio::io_context& context) : socket_(context) {}

  /// Binds. A socket that is open already is replaced only when the new address could be bound.
  Result<void> open(const Endpoint& listen);
  void close();
  Endpoint local_endpoint() const { return local_; }

  void send(const Endpoint& to, Bytes datagram) override;
  /// Waits until something can be read. `on_readable` gets an error when the socket was closed or replaced.
  template <class Handler>
  void async_wait(Handler on_readable) {
    socket_.async_wait(boost::asio::ip::udp::socket::wait_read, std::move(on_readable));
  }
  /// Takes up to `maximum` datagrams without waiting and hands each to `sink`. Returns how many.
  int receive(int maximum, const Callback<void(const Endpoint&, Bytes)>& sink);

 private:
  boost::asio::ip::udp::socket socket_;
  Endpoint local_;
};

}  // namespace p2pns::host
