// UdpListener: one socket, one receive loop. Waits until something can be read, then takes what is there without
// waiting. Answers that cannot be sent at once are dropped, as a network would: the client asks again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>

#include "frontends/dns/responder.hpp"

namespace p2pns::dns {

class UdpListener : public std::enable_shared_from_this<UdpListener> {
 public:
  UdpListener(const boost::asio::any_io_executor& executor, std::shared_ptr<Responder> responder);

  Result<void> open(const boost::asio::ip::udp::endpoint& listen);
  std::uint16_t local_port() const;
  /// Starts the loop; it holds this object until close().
  void run();
  void close();

 private:
  static boost::asio::awaitable<void> receive_loop(std::shared_ptr<UdpListener> self);
  void drain();
  void handle(Bytes datagram, const boost::asio::ip::udp::endpoint& from);
  void send(const ByteVector& message, const boost::asio::ip::udp::endpoint& to);

  boost::asio::ip::udp::socket socket_;
  std::shared_ptr<Responder> responder_;  // shared: see Responder
};

}  // namespace p2pns::dns
