// UdpPort: one socket and one receive loop. What cannot be sent at once is dropped, as a network would: SIP sends
// again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "frontends/sip/intake.hpp"

namespace p2pns::sip {

class UdpPort : public std::enable_shared_from_this<UdpPort> {
 public:
  explicit UdpPort(const boost::asio::any_io_executor& executor) : socket_(executor), pause_(executor) {}

  Result<void> open(const boost::asio::ip::udp::endpoint& listen);
  std::uint16_t local_port() const;
  /// Starts the loop; it holds this object until close(), and `intake` must live as long.
  void run(Intake& intake);
  void close();
  /// Errors: what the system says to this message (too large, no way there). One that it has no room for now is
  /// dropped without a word, as it would be on its way: it is sent again.
  Result<void> send(std::string_view text, const Endpoint& to);

 private:
  static boost::asio::awaitable<void> receive_loop(std::shared_ptr<UdpPort> self);
  void drain();

  boost::asio::ip::udp::socket socket_;
  IpFamily family_ = IpFamily::v4;  // of what the socket is bound to
  boost::asio::steady_timer pause_;
  Intake* intake_ = nullptr;  // none after close()
};

}  // namespace p2pns::sip
