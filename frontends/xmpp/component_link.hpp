// ComponentLink: keeps the connection to the XMPP server: connects, reads and writes by Asio, shows that the other end
// lives, and connects again, later and later. The protocol is StropheEngine's, what a server may send StreamFilter's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "core/base/log.hpp"
#include "frontends/xmpp/server_side.hpp"
#include "frontends/xmpp/stream_filter.hpp"
#include "frontends/xmpp/strophe_engine.hpp"
#include "frontends/xmpp/xmpp_counters.hpp"

namespace p2pns::xmpp {

struct ComponentLinkSettings {
  ComponentIdentity identity;
  /// Bytes that may wait for the server to read them; a few of the largest stanzas.
  std::size_t queue_maximum_bytes = 4 * 1024 * 1024;
  std::chrono::milliseconds retry_first{500};
  std::chrono::milliseconds retry_maximum{30'000};
  /// When the server knows us and does not want us (conflict, wrong secret): somebody has to do something first.
  std::chrono::milliseconds retry_unwanted{10'000};
  std::chrono::milliseconds retry_unwanted_maximum{300'000};
  std::chrono::milliseconds connect_time_out{5000};
  /// Silence after which the server is asked for a sign of life; after twice as long it is given up.
  std::chrono::milliseconds silence{30'000};
  /// How long one stanza may take to reach the operating system; then the server is given up.
  std::chrono::milliseconds hand_over_time_out{10'000};
};

class ComponentLink final : public ServerSide, public std::enable_shared_from_this<ComponentLink> {
 public:
  struct Events {
    std::function<void()> connected;
    std::function<void(Element)> stanza;
    /// The start tag of a stanza over a limit, closed.
    std::function<void(std::string_view)> skipped;
  };
  /// `log` and `counters` outlive it.
  ComponentLink(boost::asio::any_io_executor executor, ComponentLinkSettings settings, Events events, Log& log,
                XmppCounters& counters);
  ~ComponentLink();
  ComponentLink(const ComponentLink&) = delete;
  ComponentLink& operator=(const ComponentLink&) = delete;

  void start();
  /// Says good-bye and waits a moment for the server to have read it. No event comes after it began.
  boost::asio::awaitable<void> stop();

  bool connected() const override { return connected_; }
  bool crowded() const override { return waiting_bytes() >= settings_.queue_maximum_bytes; }
  void send(std::string xml) override;
  boost::asio::awaitable<Result<void>> hand_over(std::string xml) override;
  std::size_t waiting_bytes() const noexcept { return output_.size(); }

 private:
  using Socket = boost::asio::ip::tcp::socket;

  static boost::asio::awaitable<void> run(std::shared_ptr<ComponentLink> self);
  static boost::asio::awaitable<StreamEnd> session(std::shared_ptr<ComponentLink> self);
  static boost::asio::awaitable<void> watch(std::shared_ptr<ComponentLink> self, std::uint64_t session);
  static boost::asio::awaitable<bool> wait_connected(std::shared_ptr<ComponentLink> self);
  boost::asio::awaitable<void> read_all();
  void make_engine();
  bool open();
  void take(std::string_view bytes);
  void feed(std::string_view piece);
  void skip(std::string_view start_tag);
  void flush();
  void write_on();
  void give_up();
  void end_session();
  std::chrono::milliseconds pause_after(const StreamEnd&);
  void tell(const StreamEnd&);

  boost::asio::any_io_executor executor_;
  ComponentLinkSettings settings_;
  Events events_;
  Log& log_;
  XmppCounters& counters_;

  std::unique_ptr<StropheEngine> engine_;
  std::unique_ptr<StreamFilter> filter_;
  std::shared_ptr<Socket> socket_;
  boost::asio::steady_timer pause_;
  boost::asio::steady_timer progress_;  // never expires: cancelled when something was written, or the session ended
  std::string output_;                  // what the operating system has not taken yet
  std::uint64_t queued_bytes_ = 0;      // of this session, from its beginning
  std::uint64_t written_bytes_ = 0;     // likewise
  std::uint64_t session_ = 0;
  std::chrono::steady_clock::time_point heard_{};
  std::chrono::milliseconds retry_{0};
  std::optional<StreamEnd> end_;
  std::string told_;         // what the log has been told since the last connection
  std::uint64_t taken_ = 0;  // stanzas the library made of what it was fed
  bool dead_ = false;
  bool connected_ = false;
  bool stopping_ = false;
  bool write_pending_ = false;
};

}  // namespace p2pns::xmpp
