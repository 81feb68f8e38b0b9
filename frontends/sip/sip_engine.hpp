// SipEngine: the proxy of a node with its sockets, its clock and its peer links. It moves the time on before each
// event, hands the event to ProxyCore, and arms one timer after it; what the proxy sends goes to the socket, the
// connection or the link it is for.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "frontends/sip/proxy_core.hpp"
#include "frontends/sip/sip_settings.hpp"
#include "frontends/sip/source_limiter.hpp"
#include "frontends/sip/system_random.hpp"
#include "frontends/sip/tcp_port.hpp"
#include "frontends/sip/udp_port.hpp"
#include "plugins/api/plugin_host.hpp"

namespace p2pns::sip {

/// Under this name nodes send each other SIP messages; one message of the link is one message of SIP.
inline constexpr std::string_view link_protocol = "sip";

class SipEngine final : public Intake, public Outlet, public std::enable_shared_from_this<SipEngine> {
 public:
  /// `host` outlives it.
  SipEngine(plugins::PluginHost& host, const SipSettings& settings, UserStore users);
  ~SipEngine();
  SipEngine(const SipEngine&) = delete;
  SipEngine& operator=(const SipEngine&) = delete;

  /// UDP and TCP on one address.
  Result<void> open();
  void run();
  void stop();
  Endpoint local_endpoint() const noexcept { return local_; }
  /// False: other nodes cannot reach the phones of this one, nor the other way round.
  bool has_links() const noexcept { return listener_ != nullptr; }
  void collect(plugins::MetricSink&) const;

  // Intake
  bool admit(const IpAddress& source) override;
  void on_message(std::string_view text, const Flow& from) override;
  void on_send_failed(ClientId client, boost::system::error_code error) override;
  // Outlet
  void send(const Hop& to, Text text, ClientId client) override;

 private:
  static boost::asio::awaitable<Result<void>> receive(std::weak_ptr<SipEngine> self, plugins::PeerMessage message);
  enum class Attempt : std::uint8_t { first, last };
  /// A request that does not arrive is reported. A response or an ACK is sent once more, over a new link: nobody would
  /// repeat it, because links lose nothing as long as they last.
  void send_to_node(const NodeId& to, Text text, ClientId client, Attempt attempt = Attempt::first);
  void send_datagram(const Endpoint& to, std::string_view text, ClientId client);
  void make_core();
  template <class Action>
  void in_turn(Action&& action);
  void arm();
  void tidy();

  plugins::PluginHost& host_;
  SipSettings settings_;
  Endpoint local_;
  SipCounters counters_;
  SystemRandom random_;
  TimerQueue timers_;
  UserStore users_;
  DigestAuth digest_;
  SipRegistrar registrar_;
  SourceLimiter limiter_;
  Timer tidy_timer_;
  // Shared with coroutines that end a moment after stop().
  std::shared_ptr<UdpPort> udp_;
  std::shared_ptr<TcpPort> tcp_;
  std::unique_ptr<plugins::PeerListener> listener_;
  std::optional<ProxyCore> core_;  // from run() to stop()
  boost::asio::steady_timer alarm_;
  TimePoint armed_for_ = TimePoint::max();
};

}  // namespace p2pns::sip
