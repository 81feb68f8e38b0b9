#include "tests/support/test_network.hpp"

#include "core/base/assert.hpp"

namespace p2pns::test {

Endpoint endpoint(std::string_view text) {
  const auto parsed = parse_endpoint(text);
  P2PNS_ASSERT(parsed);
  return *parsed;
}

TestHost::TestHost(TestNetwork& network, const Endpoint& at)
    : network_(network), address_(at), timers_(network.now()) {}

void TestHost::send(const Endpoint& to, Bytes datagram) { network_.send(address_, to, datagram); }

TestHost& TestNetwork::add_host(const Endpoint& at) {
  P2PNS_ASSERT(!at_.contains(at));
  hosts_.push_back(std::make_unique<TestHost>(*this, at));
  at_[at] = hosts_.back().get();
  return *hosts_.back();
}

void TestNetwork::move_host(TestHost& host, const Endpoint& to) {
  P2PNS_ASSERT(!at_.contains(to));
  at_.erase(host.address_);
  host.address_ = to;
  at_[to] = &host;
}

void TestNetwork::send(const Endpoint& from, const Endpoint& to, Bytes datagram) {
  P2PNS_ASSERT(captured_.size() < captured_maximum);
  Captured sent{now_, from, to, copy_of(datagram)};
  captured_.push_back(sent);
  if (filter_ && !filter_(sent)) return;
  if (conditions_.loss > 0 && random_.unit() < conditions_.loss) return;
  if (conditions_.duplication > 0 && random_.unit() < conditions_.duplication) put_on_way(sent);
  put_on_way(std::move(sent));
}

void TestNetwork::put_on_way(Captured datagram) {
  Duration delay = conditions_.delay;
  if (conditions_.jitter > Duration{0}) delay += random_.between(Duration{0}, conditions_.jitter);
  in_flight_.emplace(std::pair{now_ + delay, next_sequence_++}, std::move(datagram));
}

void TestNetwork::inject(const Endpoint& from, const Endpoint& to, Bytes datagram) {
  in_flight_.emplace(std::pair{now_, next_sequence_++}, Captured{now_, from, to, copy_of(datagram)});
}

std::optional<TimePoint> TestNetwork::next_event() const {
  std::optional<TimePoint> next;
  const auto consider = [&next](TimePoint at) { next = next ? std::min(*next, at) : at; };
  if (!in_flight_.empty()) consider(in_flight_.begin()->first.first);
  for (const auto& host : hosts_)
    if (const auto deadline = host->timers_.next_deadline()) consider(*deadline);
  return next;
}

void TestNetwork::step_to(TimePoint time) {
  now_ = std::max(now_, time);
  for (std::size_t i = 0; i < hosts_.size(); ++i) hosts_[i]->timers_.advance_to(now_);  // hosts may be added meanwhile
  // One datagram per step, so that what it posted runs before the next one arrives.
  if (in_flight_.empty() || in_flight_.begin()->first.first > now_) return;
  const Captured datagram = std::move(in_flight_.begin()->second);
  in_flight_.erase(in_flight_.begin());
  const auto host = at_.find(datagram.to);
  if (host != at_.end() && host->second->receiver_) host->second->receiver_(datagram.from, datagram.bytes);
}

void TestNetwork::run_for(Duration duration) {
  const TimePoint end = now_ + duration;
  for (auto next = next_event(); next && *next <= end; next = next_event()) step_to(*next);
  step_to(end);
}

bool TestNetwork::run_until(const Callback<bool()>& done, Duration limit) {
  const TimePoint end = now_ + limit;
  while (!done()) {
    const auto next = next_event();
    if (!next || *next > end) {
      step_to(end);
      return done();
    }
    step_to(*next);
  }
  return true;
}

}  // namespace p2pns::test
