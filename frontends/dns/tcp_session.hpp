// TcpSession: one DNS client over TCP (RFC 7766). Messages carry their length in front; the client may send more
// queries before the answers come, and answers leave in the order they are ready. A client that reads slowly is not
// read from, so it cannot fill our memory; one that neither asks nor reads is closed.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>

#include "frontends/dns/responder.hpp"

namespace p2pns::dns {

/// Queries of one connection that are looked up or whose answers are not sent yet. With answers of at most 10 kB (nine
/// record sets) a connection holds 320 kB.
inline constexpr std::size_t queries_per_connection_maximum = 32;

class TcpSession : public std::enable_shared_from_this<TcpSession> {
 public:
  using Clock = boost::asio::steady_timer::clock_type;

  TcpSession(boost::asio::ip::tcp::socket socket, std::shared_ptr<Responder> responder,
             std::chrono::milliseconds idle_time_out);

  /// Starts its coroutines; they hold this object until close().
  void run();
  void close();
  bool is_open() const noexcept { return socket_.is_open(); }
  /// No query under way, no answer unsent.
  bool is_idle() const noexcept { return under_way_ == 0; }
  Clock::time_point last_active() const noexcept { return last_active_; }

 private:
  static boost::asio::awaitable<void> read_loop(std::shared_ptr<TcpSession> self);
  static boost::asio::awaitable<void> write_loop(std::shared_ptr<TcpSession> self);
  static boost::asio::awaitable<void> watch_idle(std::shared_ptr<TcpSession> self);
  /// Takes whole messages out of the input until one is incomplete or too many are under way.
  void take_messages();
  void handle(Bytes message);
  void send(ByteVector message);

  boost::asio::ip::tcp::socket socket_;
  std::shared_ptr<Responder> responder_;  // shared: see Responder
  std::chrono::milliseconds idle_time_out_;
  Clock::time_point last_active_;
  boost::asio::steady_timer idle_timer_;
  boost::asio::steady_timer may_read_;   // never expires: cancelled to wake the reader
  boost::asio::steady_timer may_write_;  // likewise, the writer
  std::array<std::byte, 2 + query_maximum_bytes> input_;
  std::size_t input_size_ = 0;
  std::deque<ByteVector> output_;
  std::size_t under_way_ = 0;
};

}  // namespace p2pns::dns
