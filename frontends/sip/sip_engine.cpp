#include "frontends/sip/sip_engine.hpp"

#include <boost/asio/post.hpp>

#include "core/host/net/asio_address.hpp"
#include "frontends/sip/sip_metrics.hpp"

namespace p2pns::sip {

namespace asio = boost::asio;

namespace {

/// Contacts that expired are forgotten this often; they are not used meanwhile.
constexpr Duration tidy_pause = std::chrono::minutes{1};
/// Attempts to find a port that is free for UDP and TCP, when any port will do.
constexpr int free_port_attempts_maximum = 16;

}  // namespace

SipEngine::SipEngine(plugins::PluginHost& host, const SipSettings& settings, UserStore users)
    : host_(host),
      settings_(settings),
      local_(settings.listen),
      timers_(host.now()),
      users_(std::move(users)),
      digest_(settings.digest, users_, random_),
      registrar_(settings.registrar, host.names(), [&host] { return host.now(); }),
      limiter_(settings.sources, random_.next()),
      alarm_(host.executor()) {}

SipEngine::~SipEngine() = default;

Result<void> SipEngine::open() {
  const asio::ip::address address = host::to_asio(settings_.listen.address);
  Result<void> opened;
  for (int i = 0; i == 0 || (!opened && settings_.listen.port == 0 && i < free_port_attempts_maximum); ++i) {
    udp_ = std::make_shared<UdpPort>(host_.executor());
    tcp_ = std::make_shared<TcpPort>(host_.executor(), TcpSettings{});
    opened = udp_->open({address, settings_.listen.port});
    if (!opened) continue;
    local_.port = udp_->local_port();
    opened = tcp_->open({address, local_.port});
  }
  return opened;
}

void SipEngine::run() {
  make_core();
  auto receiver = [weak = weak_from_this()](plugins::PeerMessage message) { return receive(weak, std::move(message)); };
  if (auto listening = host_.links().listen(link_protocol, std::move(receiver))) listener_ = std::move(*listening);
  udp_->run(*this);
  tcp_->run(*this, counters_);
  in_turn([this] { tidy(); });
}

void SipEngine::make_core() {
  const Endpoint reachable{settings_.advertise.value_or(local_.address), local_.port};
  const NodeId self = host_.names().status().node_id;
  auto may_dial = [this](const Endpoint& to) { return tcp_->may_dial(to); };
  auto turn = [weak = weak_from_this()](Callback<void()> action) {
    const auto alive = weak.lock();
    if (alive && alive->core_) alive->in_turn(action);
  };
  core_.emplace(ProxyCore::Environment{timers_, random_, *this, host_.names(), users_, digest_, registrar_, counters_,
                                       OwnAddress{reachable, self}, settings_.policy, std::move(may_dial),
                                       std::move(turn), TransactionTimers{}, settings_.transactions});
}

void SipEngine::stop() {
  listener_.reset();
  if (udp_) udp_->close();
  if (tcp_) tcp_->close();
  core_.reset();
  tidy_timer_.cancel();
  alarm_.cancel();
}

template <class Action>
void SipEngine::in_turn(Action&& action) {
  timers_.advance_to(host_.now());
  action();
  arm();
}

void SipEngine::arm() {
  const auto next = timers_.next_deadline();
  if (!next || !core_ || *next >= armed_for_) return;
  armed_for_ = *next;
  alarm_.expires_after(std::max(Duration{0}, *next - host_.now()));
  alarm_.async_wait([weak = weak_from_this()](boost::system::error_code moved) {
    const auto self = weak.lock();
    if (moved || !self || !self->core_) return;
    self->armed_for_ = TimePoint::max();
    self->in_turn([] {});
  });
}

void SipEngine::tidy() {
  registrar_.expire(timers_.now());
  tidy_timer_ = timers_.after(tidy_pause, [this] { tidy(); });
}

bool SipEngine::admit(const IpAddress& source) {
  const bool admitted = limiter_.admit(source, host_.now());
  if (!admitted) ++counters_.over_limit;
  return admitted;
}

void SipEngine::on_message(std::string_view text, const Flow& from) {
  ++(from.transport == TransportKind::udp ? counters_.received_udp : counters_.received_tcp);
  in_turn([&] { core_->on_message(text, from); });
}

void SipEngine::on_send_failed(ClientId client, boost::system::error_code error) {
  in_turn([&] { core_->on_send_failed(client, error); });
}

asio::awaitable<Result<void>> SipEngine::receive(std::weak_ptr<SipEngine> weak, plugins::PeerMessage message) {
  Result<void> outcome = Errc::unsupported;
  const auto self = weak.lock();
  if (self && self->core_ && !self->limiter_.admit(message.from, self->host_.now())) {
    ++self->counters_.over_limit;
    outcome = Errc::overloaded;
  } else if (self && self->core_) {
    ++self->counters_.received_link;
    self->in_turn([&] { self->core_->on_message(as_text(message.bytes), message.from); });
    outcome = Result<void>{};
  }
  co_return outcome;
}

void SipEngine::send(const Hop& to, Text text, ClientId client) {
  if (const NodeId* node = std::get_if<NodeId>(&to)) return send_to_node(*node, std::move(text), client);
  const Flow& flow = std::get<Flow>(to);
  if (flow.transport == TransportKind::udp) return send_datagram(flow.remote, *text, client);
  tcp_->send(flow, std::move(text), client);
}

void SipEngine::send_datagram(const Endpoint& to, std::string_view text, ClientId client) {
  const auto sent = udp_->send(text, to);
  if (sent || client == 0) return;
  // Later: whoever sends is in the middle of something.
  asio::post(host_.executor(), [weak = weak_from_this(), client, error = sent.error()] {
    const auto self = weak.lock();
    if (self && self->core_)
      self->on_send_failed(client, error == asio::error::message_size ? Errc::too_large : Errc::not_reachable);
  });
}

void SipEngine::send_to_node(const NodeId& to, Text text, ClientId client, Attempt attempt) {
  auto done = [weak = weak_from_this(), to, text, client, attempt](Result<void> outcome) {
    const auto self = weak.lock();
    if (!self || !self->core_ || outcome) return;
    if (client != 0) return self->on_send_failed(client, outcome.error());
    if (attempt == Attempt::first && outcome.error() == Errc::not_reachable)
      self->send_to_node(to, text, client, Attempt::last);
  };
  Operation sending = host_.links().send(to, link_protocol, copy_of(as_bytes(*text)), std::move(done));
  sending.detach();
}

void SipEngine::collect(plugins::MetricSink& sink) const {
  write_metrics(counters_, registrar_, sink);
  if (!core_) return;
  sink.gauge("sip_transactions", "Requests under way", core_->table().active_servers(), {"side", "server"});
  sink.gauge("sip_transactions", "Requests under way", core_->table().active_clients(), {"side", "client"});
  sink.gauge("sip_transactions_finished", "Finished transactions that wait for retransmissions",
             core_->table().finished());
}

}  // namespace p2pns::sip
