#include "frontends/dns/responder.hpp"

namespace p2pns::dns {

Responder::Responder(plugins::PluginHost& host, ResponderSettings settings)
    : host_(host), settings_(std::move(settings)), timer_(host.executor()) {}

Responder::Started Responder::answer(Bytes message, Via via) {
  (via == Via::udp ? counters_.queries_udp : counters_.queries_tcp) += 1;
  ParsedQuery parsed = parse_query(message);
  if (parsed.drop) {
    ++counters_.dropped;
    return {};
  }
  Started started;
  if (parsed.rcode != Rcode::no_error) {
    Response response;
    response.rcode = parsed.rcode;
    started.response = finish(parsed.query, response, via);
    return started;
  }
  Translation translation{*parsed.query.question, host_.names().zones(), settings_.zone};
  const bool needs_names = translation.wanted() != nullptr;
  if (advance_from_cache(translation)) {
    if (needs_names) ++counters_.answered_from_cache;
    started.response = finish(parsed.query, translation.response(), via);
  } else {
    started.unfinished.emplace(Unfinished{std::move(parsed.query), std::move(translation), via});
  }
  return started;
}

std::optional<ByteVector> Responder::answer_later(Unfinished unfinished, Reply reply) {
  const WaiterId id = next_id_++;
  if (waiters_.size() < waiting_maximum && wait_for_name(id, *unfinished.translation.wanted())) {
    const auto deadline = Clock::now() + settings_.answer_within;
    waiters_.emplace(id, Waiter{std::move(unfinished), std::move(reply), deadline});
    arm_timer();
    return {};
  }
  fail_over_limit(unfinished.translation);
  return finish(unfinished.query, unfinished.translation.response(), unfinished.via);
}

void Responder::stop() {
  timer_.cancel();
  lookups_.clear();
  waiters_.clear();
}

bool Responder::advance_from_cache(Translation& translation) {
  while (const names::P2PName* const name = translation.wanted()) {
    const TimePoint now = host_.now();
    const auto cached = host_.names().find_cached(*name, now);
    if (!cached) return false;
    translation.on_answer(*cached, now);
  }
  return true;
}

bool Responder::wait_for_name(WaiterId id, const names::P2PName& name) {
  if (const auto running = lookups_.find(name); running != lookups_.end()) {
    if (running->second.waiters.size() >= waiting_per_name_maximum) return false;
    running->second.waiters.push_back(id);
    return true;
  }
  if (lookups_.size() >= lookups_maximum) return false;
  ++counters_.lookups_started;
  auto on_done = [this, name](const std::shared_ptr<const names::NameAnswer>& answer) { on_lookup_done(name, answer); };
  Lookup& lookup = lookups_[name];
  lookup.waiters.push_back(id);
  names::NameQuery query;
  query.name = name;
  lookup.operation = host_.names().resolve(std::move(query), std::move(on_done));
  return true;
}

void Responder::on_lookup_done(const names::P2PName& name, const std::shared_ptr<const names::NameAnswer>& answer) {
  const auto done = lookups_.extract(names::P2PName{name});  // `name` lives in the callback, which may die with it
  if (done.empty()) return;
  for (const WaiterId id : done.mapped().waiters) {
    auto waiting = waiters_.extract(id);
    if (!waiting.empty()) go_on(std::move(waiting.mapped()), id, *answer);
  }
}

void Responder::go_on(Waiter waiter, WaiterId id, const names::NameAnswer& answer) {
  Translation& translation = waiter.unfinished.translation;
  translation.on_answer(answer, host_.now());
  if (!advance_from_cache(translation)) {  // an alias leads to a name that is not cached
    if (wait_for_name(id, *translation.wanted())) {
      waiters_.emplace(id, std::move(waiter));
      return;
    }
    fail_over_limit(translation);
  }
  const Unfinished& unfinished = waiter.unfinished;
  waiter.reply(finish(unfinished.query, translation.response(), unfinished.via));
}

void Responder::fail_over_limit(Translation& translation) {
  ++counters_.lookups_over_limit;
  translation.fail(ExtendedCode::other, "too many lookups are under way; ask again");
}

void Responder::arm_timer() {
  if (armed_ || waiters_.empty()) return;
  armed_ = true;
  timer_.expires_at(waiters_.begin()->second.deadline);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code) {
    if (const auto self = weak.lock()) self->expire();
  });
}

void Responder::expire() {
  armed_ = false;
  const auto now = Clock::now();
  while (!waiters_.empty() && waiters_.begin()->second.deadline <= now) {
    auto due = waiters_.extract(waiters_.begin());
    ++counters_.answered_before_lookup;
    Unfinished& unfinished = due.mapped().unfinished;
    unfinished.translation.fail(ExtendedCode::network_error, "still looking for this name; ask again in a few seconds");
    due.mapped().reply(finish(unfinished.query, unfinished.translation.response(), unfinished.via));
  }
  arm_timer();
}

ByteVector Responder::finish(const Query& query, const Response& response, Via via) {
  const std::size_t limit = via == Via::udp ? udp_limit_bytes(query) : tcp_message_maximum_bytes;
  ByteVector message = encode(query, response, limit);
  ++counters_.answers_by_rcode[static_cast<std::size_t>(response.rcode)];
  if (is_truncated(message)) ++counters_.truncated;
  return message;
}

}  // namespace p2pns::dns
