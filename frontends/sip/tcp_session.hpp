// TcpSession: one phone over TCP (RFC 3261, 18.3): messages in, messages out, CRLF keep-alives (RFC 5626, 3.5.1)
// answered. What a phone does not take in time is bounded; then, or when it sends what cannot be framed, the connection
// ends.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>

#include "frontends/sip/intake.hpp"
#include "frontends/sip/stream_framer.hpp"
#include "frontends/sip/transaction_table.hpp"

namespace p2pns::sip {

/// Waiting to be written to one phone: several of the largest messages.
inline constexpr std::size_t tcp_unsent_maximum_bytes = std::size_t{512} * 1024;

class TcpSession : public std::enable_shared_from_this<TcpSession> {
 public:
  using Clock = boost::asio::steady_timer::clock_type;
  /// Told when the session has ended, with the requests it did not send.
  using OnEnd = std::function<void(const Flow&, const std::vector<ClientId>& unsent)>;

  /// A connection of `flow.connection`. `intake` lives until close().
  TcpSession(boost::asio::ip::tcp::socket socket, const Flow& flow, Intake& intake, std::chrono::seconds idle_time_out);

  /// For an accepted connection.
  void run(OnEnd on_end);
  /// Connects first, within `limit`.
  void dial(std::chrono::milliseconds limit, OnEnd on_end);
  void close();
  /// Without telling anybody. The requests it did not send.
  std::vector<ClientId> abandon();
  /// False: too much waits already.
  bool send(Text text, ClientId client);

  const Flow& flow() const noexcept { return flow_; }
  Clock::time_point last_active() const noexcept { return last_active_; }

 private:
  struct Unsent {
    Text text;
    ClientId client = 0;
  };
  static boost::asio::awaitable<void> dial_and_read(std::shared_ptr<TcpSession> self, std::chrono::milliseconds limit);
  static boost::asio::awaitable<void> read_loop(std::shared_ptr<TcpSession> self);
  static boost::asio::awaitable<void> write_loop(std::shared_ptr<TcpSession> self);
  static boost::asio::awaitable<void> watch_idle(std::shared_ptr<TcpSession> self);
  void start();
  enum class Taken : std::uint8_t {
    all,      ///< read on
    flooded,  ///< a message waits until its source may send again
    end,      ///< the connection cannot be read any further
  };
  Taken take_messages();
  std::vector<ClientId> unsent_clients() const;
  void end();

  boost::asio::ip::tcp::socket socket_;
  Flow flow_;
  Intake* intake_;  // none after the end
  std::chrono::seconds idle_time_out_;
  Clock::time_point last_active_;
  boost::asio::steady_timer idle_timer_;
  boost::asio::steady_timer may_write_;  // never expires: cancelled to wake the writer
  OnEnd on_end_;
  StreamFramer framer_;
  bool waiting_ = false;  ///< the framer's event is not worked on yet
  StreamFramer::Event event_ = StreamFramer::Event::nothing;
  std::deque<Unsent> unsent_;
  std::size_t unsent_bytes_ = 0;
  std::array<char, 16 * 1024> input_;
};

}  // namespace p2pns::sip
