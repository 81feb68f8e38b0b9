#include "frontends/dns/forwarder.hpp"

namespace p2pns::dns {
namespace {

ByteVector key_of(const ForwardQuestion& question, UpstreamTransport transport) {
  ByteVector key = encode_question(question, 0);
  key.push_back(static_cast<std::byte>(transport));
  return key;
}

}  // namespace

Forwarder::Forwarder(const boost::asio::any_io_executor& executor, const std::vector<Endpoint>& upstreams,
                     std::chrono::milliseconds answer_within, Log& log, ForwardCounters& counters)
    : executor_(executor),
      answer_within_(answer_within),
      counters_(counters),
      pool_(executor, upstreams, log, counters) {}

void Forwarder::start() {
  pool_.start([this](UpstreamPool::Index index) { on_loop(index); });
}

void Forwarder::stop() {
  pool_.stop();
  for (auto& [key, waiting] : questions_) waiting.job->stop();
  questions_.clear();
}

std::optional<ExtendedError> Forwarder::ask(const ForwardQuestion& question, UpstreamTransport transport, Done done) {
  if (pool_.order().empty()) return loop_error();
  ByteVector key = key_of(question, transport);
  const auto running = questions_.find(key);
  const bool full = running != questions_.end() ? running->second.waiters.size() >= waiting_per_question_maximum
                                                : questions_.size() >= forwarded_maximum;
  if (full) {
    ++counters_.over_limit;
    return ExtendedError{ExtendedCode::other, "too many questions are being forwarded; ask again"};
  }
  if (running != questions_.end()) {
    ++counters_.joined;
    running->second.waiters.push_back(std::move(done));
    return {};
  }
  ++counters_.questions;
  Waiting& waiting = questions_[key];
  waiting.job = std::make_shared<ForwardJob>(executor_, pool_, question, transport);
  waiting.waiters.push_back(std::move(done));
  waiting.job->start(answer_within_,
                     [this, key = std::move(key)](const ForwardOutcome& outcome) { on_done(key, outcome); });
  return {};
}

void Forwarder::on_done(const ByteVector& key, const ForwardOutcome& outcome) {
  const auto ended = questions_.extract(key);
  if (ended.empty()) return;
  ++(outcome.message ? counters_.answered : counters_.unanswered);
  for (const Done& done : ended.mapped().waiters) done(outcome);
}

void Forwarder::on_loop(UpstreamPool::Index index) {
  for (auto& [key, waiting] : questions_) waiting.job->give_up_on(index);
}

}  // namespace p2pns::dns
