// TcpListener: accepts DNS clients over TCP, a bounded number of them. When all places are taken, the client that has
// been idle for longest makes room (RFC 7766 section 6.2.3); when none is idle, the newcomer is turned away.
#pragma once

#include "frontends/dns/tcp_session.hpp"

namespace p2pns::dns {

struct TcpSettings {
  /// With 320 kB each at most 40 MB.
  std::size_t connections_maximum = 128;
  /// RFC 7766 section 6.2.3: a few seconds. Also the time in which a client must take an answer.
  std::chrono::milliseconds idle_time_out{10'000};
};

class TcpListener : public std::enable_shared_from_this<TcpListener> {
 public:
  TcpListener(const boost::asio::any_io_executor& executor, std::shared_ptr<Responder> responder, TcpSettings settings);

  Result<void> open(const boost::asio::ip::tcp::endpoint& listen);
  /// Starts the loop; it holds this object until close().
  void run();
  /// Closes all connections too.
  void close();

 private:
  static boost::asio::awaitable<void> accept_loop(std::shared_ptr<TcpListener> self);
  void admit(boost::asio::ip::tcp::socket socket);
  /// False when all places are taken by clients that wait for answers.
  bool make_room();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::shared_ptr<Responder> responder_;  // shared: see Responder
  TcpSettings settings_;
  std::vector<std::weak_ptr<TcpSession>> sessions_;  // each is held by its coroutines
};

}  // namespace p2pns::dns
