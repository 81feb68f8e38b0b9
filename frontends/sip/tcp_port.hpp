// TcpPort: accepts phones over TCP and dials those that wait for large messages; a bounded number of connections. When
// all places are taken, the address that has most of them (IPv6: the /64) gives up the one that was silent longest:
// many from one place never cost others theirs.
#pragma once

#include <unordered_map>

#include "frontends/sip/tcp_session.hpp"

namespace p2pns::sip {

struct TcpSettings {
  /// With 16 kB of buffer each, and bounded queues: 8 MB when they are idle.
  std::size_t connections_maximum = 512;
  /// A registered phone sends a keep-alive or a refresh more often (RFC 5626, 4.4.1: 95 to 120 s).
  std::chrono::seconds idle_time_out{600};
  /// A phone on the same network answers in milliseconds; while we wait its caller hears nothing.
  std::chrono::milliseconds dial_limit{1000};
  /// An address that did not let us in is not dialled again for this long.
  std::chrono::seconds refused_life{300};
};
/// Addresses that did not let us in; when full all are forgotten, and dialled once more.
inline constexpr std::size_t refused_maximum = 4096;

class TcpPort : public std::enable_shared_from_this<TcpPort> {
 public:
  TcpPort(const boost::asio::any_io_executor& executor, TcpSettings settings);

  Result<void> open(const boost::asio::ip::tcp::endpoint& listen);
  std::uint16_t local_port() const;
  /// Starts the loop; it holds this object until close(), and `intake` and `counters` must live as long.
  void run(Intake& intake, SipCounters& counters);
  /// Closes all connections too, without a word to the intake.
  void close();
  /// Over the flow's connection; without one over any that is open to this address, or a new one.
  void send(const Flow& to, Text text, ClientId client);
  bool may_dial(const Endpoint&) const;

 private:
  static boost::asio::awaitable<void> accept_loop(std::shared_ptr<TcpPort> self);
  void admit(boost::asio::ip::tcp::socket socket);
  void make_room(const IpAddress& newcomer);
  std::shared_ptr<TcpSession> add(boost::asio::ip::tcp::socket socket, const Endpoint& remote);
  std::shared_ptr<TcpSession> find(const Flow& to) const;
  std::shared_ptr<TcpSession> dial(const Endpoint& to);
  void on_end(const Flow&, const std::vector<ClientId>& unsent, bool dialled);
  void fail(ClientId client);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  TcpSettings settings_;
  Intake* intake_ = nullptr;  // none after close()
  SipCounters* counters_ = nullptr;
  std::uint64_t next_connection_ = 1;
  std::unordered_map<std::uint64_t, std::shared_ptr<TcpSession>> sessions_;  // shared: with its coroutines
  std::unordered_map<Endpoint, std::uint64_t> connection_to_;                // the last one of each address
  std::unordered_map<Endpoint, TcpSession::Clock::time_point> refused_until_;
};

}  // namespace p2pns::sip
