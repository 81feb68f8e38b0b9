// DnsFrontEnd: the DNS server of a node. Opens UDP and TCP on one address and wires them to the responder; what is
// answered is decided there and in the translation.
#pragma once

#include "frontends/dns/dns_settings.hpp"
#include "frontends/dns/udp_listener.hpp"
#include "plugins/api/front_end.hpp"

namespace p2pns::dns {

class DnsFrontEnd final : public plugins::FrontEnd {
 public:
  /// `host` outlives it.
  DnsFrontEnd(plugins::PluginHost& host, const DnsSettings& settings);
  ~DnsFrontEnd() override;
  DnsFrontEnd(const DnsFrontEnd&) = delete;
  DnsFrontEnd& operator=(const DnsFrontEnd&) = delete;

  boost::asio::awaitable<plugins::StartError> start() override;
  boost::asio::awaitable<void> stop() override;
  void collect(plugins::MetricSink&) const override;

  /// Where it really listens; known after start().
  Endpoint local_endpoint() const { return local_; }
  const DnsCounters& counters() const { return responder_->counters(); }

 private:
  Result<void> open_sockets();
  void close();

  plugins::PluginHost& host_;
  DnsSettings settings_;
  Endpoint local_;
  // Shared with coroutines that end a moment after stop().
  std::shared_ptr<Responder> responder_;
  std::shared_ptr<UdpListener> udp_;
  std::shared_ptr<TcpListener> tcp_;
};

}  // namespace p2pns::dns
