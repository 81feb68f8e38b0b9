#include "frontends/dns/dns_front_end.hpp"

#include "core/host/net/asio_address.hpp"
#include "frontends/dns/dns_metrics.hpp"

namespace p2pns::dns {

namespace asio = boost::asio;

namespace {

/// A port the system gives for UDP may be taken for TCP; the next one hardly ever is.
constexpr int free_port_attempts_maximum = 16;

std::string upstreams_text(const std::vector<Endpoint>& upstreams) {
  std::string text;
  for (const Endpoint& each : upstreams) text += (text.empty() ? ", forwarding to " : ", ") + to_string(each);
  return text;
}

ResponderSettings responder_settings(const DnsSettings& settings) {
  ResponderSettings result;
  result.answer_within = settings.answer_within;
  result.upstreams = settings.upstreams;
  if (!settings.listen.address.is_unspecified()) result.zone.server_addresses.push_back(settings.listen.address);
  return result;
}

}  // namespace

DnsFrontEnd::DnsFrontEnd(plugins::PluginHost& host, const DnsSettings& settings)
    : host_(host),
      settings_(settings),
      local_(settings.listen),
      responder_(std::make_shared<Responder>(host, responder_settings(settings))) {}

DnsFrontEnd::~DnsFrontEnd() { close(); }

asio::awaitable<plugins::StartError> DnsFrontEnd::start() {
  auto opened = open_sockets();
  for (int i = 1; i < free_port_attempts_maximum && !opened && settings_.listen.port == 0; ++i) opened = open_sockets();
  plugins::StartError error;
  if (!opened) {
    close();
    error.message = "cannot listen on " + to_string(settings_.listen) + ": " + opened.error().message();
  } else {
    udp_->run();
    tcp_->run();
    responder_->start();
    host_.log().write(Severity::info, "dns: listening on " + to_string(local_) + " (UDP and TCP)" +
                                          upstreams_text(settings_.upstreams));
  }
  co_return error;
}

Result<void> DnsFrontEnd::open_sockets() {
  const asio::ip::address address = host::to_asio(settings_.listen.address);
  udp_ = std::make_shared<UdpListener>(host_.executor(), responder_);
  tcp_ = std::make_shared<TcpListener>(host_.executor(), responder_, settings_.tcp);
  if (auto opened = udp_->open({address, settings_.listen.port}); !opened) return opened;
  local_.port = udp_->local_port();
  return tcp_->open({address, local_.port});
}

asio::awaitable<void> DnsFrontEnd::stop() {
  close();
  co_return;
}

void DnsFrontEnd::collect(plugins::MetricSink& sink) const { write_metrics(counters(), sink); }

void DnsFrontEnd::close() {
  responder_->stop();
  if (udp_) udp_->close();
  if (tcp_) tcp_->close();
}

}  // namespace p2pns::dns
