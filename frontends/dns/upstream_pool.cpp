#include "frontends/dns/upstream_pool.hpp"

#include "core/base/assert.hpp"
#include "frontends/dns/random_bytes.hpp"

namespace p2pns::dns {
namespace {

constexpr std::size_t probe_random_bytes = 16;

/// <32 digits>.p2pns-probe.arpa: no special-use name, which resolvers answer without asking on; below one name that
/// does not exist, so that resolvers need to hear that only once.
WireName make_probe_name() {
  std::array<std::byte, probe_random_bytes> random;
  fill_random(random);
  const std::array<std::string, 3> labels{to_hex(random), "p2pns-probe", "arpa"};
  const auto name = name_of_labels(labels);
  P2PNS_ASSERT(name);
  return *name;
}

ForwardQuestion probe_question(const WireName& name) {
  ForwardQuestion question;
  question.question = {name, type_a, class_in};
  return question;
}

}  // namespace

UpstreamPool::UpstreamPool(const boost::asio::any_io_executor& executor, const std::vector<Endpoint>& upstreams,
                           Log& log, ForwardCounters& counters)
    : executor_(executor), log_(log), counters_(counters) {
  P2PNS_ASSERT(upstreams.size() <= upstreams_maximum);
  upstreams_.reserve(upstreams.size());
  for (const Endpoint& endpoint : upstreams)
    upstreams_.push_back({endpoint, {}, boost::asio::steady_timer{executor}, nullptr, {}, false, 0});
}

void UpstreamPool::start(OnLoop on_loop) {
  on_loop_ = std::move(on_loop);
  alive_ = std::make_shared<UpstreamPool*>(this);
  for (Index i = 0; i < upstreams_.size(); ++i) send_probe(i);
}

void UpstreamPool::stop() {
  alive_.reset();
  for (Upstream& upstream : upstreams_) {
    disarm(upstream);
    if (const auto probe = std::move(upstream.probe)) probe->cancel();
  }
}

std::vector<UpstreamPool::Index> UpstreamPool::order() const {
  std::vector<Index> order;
  for (const auto wanted : {UpstreamHealth::State::usable, UpstreamHealth::State::failed})
    for (Index i = 0; i < upstreams_.size(); ++i)
      if (state(i) == wanted) order.push_back(i);
  return order;
}

std::shared_ptr<UpstreamExchange> UpstreamPool::exchange_with(Index index, const ForwardQuestion& question) {
  return std::make_shared<UpstreamExchange>(executor_, upstreams_[index].endpoint, question, counters_);
}

void UpstreamPool::on_answer(Index index) {
  if (upstreams_[index].health.on_answer()) on_change(index);
}
void UpstreamPool::on_silence(Index index) {
  if (upstreams_[index].health.on_silence()) on_change(index);
}
void UpstreamPool::on_error(Index index) {
  if (upstreams_[index].health.on_error()) on_change(index);
}

bool UpstreamPool::recognise(const WireName& name) {
  for (Index i = 0; i < upstreams_.size(); ++i) {
    Upstream& upstream = upstreams_[i];
    if (!upstream.probe || !same_name(upstream.probe_name, name)) continue;
    upstream.came_back = true;
    if (!upstream.health.on_loop()) return true;
    ++counters_.loops;
    say(upstream);  // the next probe is sent once this one has ended
    if (on_loop_) on_loop_(i);
    return true;
  }
  return false;
}

void UpstreamPool::send_probe(Index index) {
  Upstream& upstream = upstreams_[index];
  upstream.came_back = false;
  upstream.probe_name = make_probe_name();
  upstream.probe = exchange_with(index, probe_question(upstream.probe_name));
  const bool nothing_is_wrong = upstream.health.state() == UpstreamHealth::State::usable;
  arm(index, nothing_is_wrong ? first_answer_expected_within : answer_expected_within, &UpstreamPool::probe_timed_out);
  upstream.probe->start(UpstreamTransport::udp_then_tcp,
                        [weak = std::weak_ptr{alive_}, index](const Result<ByteVector>& answer) {
                          if (const auto alive = weak.lock()) (*alive)->end_probe(index, answer.has_value());
                        });
}

void UpstreamPool::end_probe(Index index, bool answered) {
  Upstream& upstream = upstreams_[index];
  if (const auto probe = std::move(upstream.probe)) probe->cancel();
  bool changed = false;
  if (!upstream.came_back) changed = answered ? upstream.health.on_probe_answer() : upstream.health.on_probe_failure();
  if (changed) return on_change(index);
  disarm(upstream);
  if (state(index) != UpstreamHealth::State::usable)
    arm(index, upstream.health.next_probe_pause(), &UpstreamPool::send_probe);
}

void UpstreamPool::arm(Index index, std::chrono::milliseconds pause, void (UpstreamPool::*action)(Index)) {
  Upstream& upstream = upstreams_[index];
  disarm(upstream);
  upstream.timer.expires_after(pause);
  upstream.timer.async_wait(
      [weak = std::weak_ptr{alive_}, index, action, armings = upstream.armings](boost::system::error_code error) {
        const auto alive = weak.lock();
        if (!error && alive && (*alive)->upstreams_[index].armings == armings) ((*alive)->*action)(index);
      });
}

void UpstreamPool::disarm(Upstream& upstream) {
  ++upstream.armings;
  upstream.timer.cancel();
}

void UpstreamPool::on_change(Index index) {
  Upstream& upstream = upstreams_[index];
  say(upstream);
  if (const auto probe = std::move(upstream.probe)) probe->cancel();
  disarm(upstream);
  if (upstream.health.state() != UpstreamHealth::State::usable)
    arm(index, upstream.health.next_probe_pause(), &UpstreamPool::send_probe);
}

void UpstreamPool::say(const Upstream& upstream) const {
  const std::string name = "dns: upstream " + to_string(upstream.endpoint);
  switch (upstream.health.state()) {
    case UpstreamHealth::State::usable:
      return log_.write(Severity::info, name + " answers again");
    case UpstreamHealth::State::failed:
      return log_.write(Severity::warning, name + " does not answer; it is tried again every few seconds");
    case UpstreamHealth::State::looping:
      return log_.write(Severity::error, name +
                                             " asks this server what it is asked: a forwarding loop. It is not used; "
                                             "take it out of frontends.dns.upstreams, or let it ask somebody else");
  }
}

}  // namespace p2pns::dns
