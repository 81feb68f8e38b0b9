#include "frontends/dns/forward_job.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "frontends/dns/upstream_answer.hpp"

namespace p2pns::dns {

namespace asio = boost::asio;

namespace {

/// Of this upstream's making: another one may know better.
bool is_upstreams_fault(Bytes message) {
  switch (static_cast<Rcode>(number_at(message, 2) & rcode_bits)) {
    case Rcode::server_failure:
    case Rcode::refused:
    case Rcode::not_implemented:
    case Rcode::format_error:
      return true;
    default:
      return false;
  }
}

}  // namespace

ForwardJob::ForwardJob(const asio::any_io_executor& executor, UpstreamPool& pool, ForwardQuestion question,
                       UpstreamTransport transport)
    : pool_(pool), question_(std::move(question)), transport_(transport), executor_(executor), timer_(executor) {}

void ForwardJob::start(std::chrono::milliseconds time, Done done) {
  done_ = std::move(done);
  running_ = true;
  deadline_ = Clock::now() + time;
  attempt();
  arm_timer();
}

void ForwardJob::stop() {
  running_ = false;
  timer_.cancel();
  for (Attempt& each : attempts_)
    if (const auto exchange = std::move(each.exchange)) exchange->cancel();
}

bool ForwardJob::was_asked(UpstreamPool::Index index) const {
  return std::ranges::find(attempts_, index, &Attempt::upstream) != attempts_.end();
}

std::size_t ForwardJob::open_attempts() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(attempts_, [](const Attempt& each) { return each.exchange != nullptr; }));
}

std::optional<UpstreamPool::Index> ForwardJob::next_upstream() const {
  if (attempts_.size() >= exchanges_maximum) return {};
  const auto order = pool_.order();
  const auto fresh = std::ranges::find_if(order, [this](const auto index) { return !was_asked(index); });
  if (fresh != order.end()) return *fresh;
  if (open_attempts() >= open_exchanges_maximum) return {};
  const auto silent = std::ranges::find_if(attempts_, [this](const Attempt& each) {  // its datagram may be lost
    return each.exchange && each.silent && std::ranges::count(attempts_, each.upstream, &Attempt::upstream) == 1;
  });
  return silent == attempts_.end() ? std::nullopt : std::optional{silent->upstream};
}

void ForwardJob::attempt() {
  const auto upstream = next_upstream();
  if (!upstream) return;
  if (open_attempts() >= open_exchanges_maximum) {
    const auto oldest = std::ranges::find_if(attempts_, [](const Attempt& each) { return each.exchange != nullptr; });
    std::exchange(oldest->exchange, nullptr)->cancel();
  }
  const std::size_t number = attempts_.size();
  attempts_.push_back({*upstream, pool_.exchange_with(*upstream, question_), false});
  attempts_.back().exchange->start(transport_, [weak = weak_from_this(), number](Result<ByteVector> answer) {
    if (const auto self = weak.lock()) self->on_exchange_done(number, std::move(answer));
  });
}

void ForwardJob::arm_timer() {
  timer_.expires_at(std::min(deadline_, Clock::now() + answer_expected_within));
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code) {
    const auto self = weak.lock();
    if (self && self->running_ && self->timer_.expiry() <= Clock::now()) self->on_timer();
  });
}

void ForwardJob::on_timer() {
  for (Attempt& each : attempts_) {
    if (each.exchange && !std::exchange(each.silent, true)) pool_.on_silence(each.upstream);
  }
  if (Clock::now() >= deadline_) return finish();
  attempt();
  arm_timer();
}

void ForwardJob::on_exchange_done(std::size_t attempt, Result<ByteVector> answer) {
  if (!running_) return;
  attempts_[attempt].exchange = nullptr;
  const UpstreamPool::Index upstream = attempts_[attempt].upstream;
  if (answer) return on_answer(upstream, std::move(*answer));
  pool_.on_error(upstream);
  go_on();
}

void ForwardJob::on_answer(UpstreamPool::Index upstream, ByteVector message) {
  pool_.on_answer(upstream);
  const bool good = !is_upstreams_fault(message);
  if (good || !answer_) answer_ = std::move(message);
  good ? finish() : go_on();
}

void ForwardJob::give_up_on(UpstreamPool::Index upstream) {
  bool any = false;
  for (Attempt& each : attempts_) {
    if (each.upstream != upstream || !each.exchange) continue;
    std::exchange(each.exchange, nullptr)->cancel();
    any = true;
  }
  if (!any) return;
  asio::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->running_) self->go_on();
  });
}

void ForwardJob::go_on() {
  const std::size_t before = attempts_.size();
  attempt();
  if (attempts_.size() > before) arm_timer();
  if (open_attempts() == 0) finish();
}

void ForwardJob::finish() {
  ForwardOutcome outcome;
  if (answer_) {
    outcome.message = std::move(answer_);
  } else if (pool_.order().empty()) {
    outcome.error = loop_error();
  } else {
    outcome.error = no_answer_error();
  }
  stop();
  const auto keep = shared_from_this();  // `done` lets go of this job
  done_(std::move(outcome));
}

ExtendedError no_answer_error() {
  return {ExtendedCode::network_error, "no upstream resolver gave an answer in time; ask again"};
}

ExtendedError loop_error() {
  return {ExtendedCode::no_reachable_authority,
          "every upstream resolver of this server asks this server in turn: a forwarding loop"};
}

}  // namespace p2pns::dns
