#include "frontends/dns/responder.hpp"

#include "frontends/dns/special_names.hpp"
#include "frontends/dns/upstream_answer.hpp"

namespace p2pns::dns {
namespace {

ExtendedError too_many_lookups() { return {ExtendedCode::other, "too many lookups are under way; ask again"}; }

ExtendedError not_ready() {
  return {ExtendedCode::not_ready, "this node has not joined its overlay yet; ask again in a few seconds"};
}

std::size_t limit_bytes(const Query& query, Via via) {
  return via == Via::udp ? udp_limit_bytes(query) : tcp_message_maximum_bytes;
}

}  // namespace

Responder::Responder(plugins::PluginHost& host, ResponderSettings settings)
    : host_(host), settings_(std::move(settings)), timer_(host.executor()) {
  if (settings_.upstreams.empty()) return;
  forwarder_ = std::make_unique<Forwarder>(host.executor(), settings_.upstreams, settings_.answer_within, host.log(),
                                           counters_.forward);
}

void Responder::start() {
  if (forwarder_) forwarder_->start();
}

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
    started.response = finish(parsed.query, std::move(response), via);
    return started;
  }
  return begin(std::move(parsed.query), via);
}

Responder::Started Responder::begin(Query query, Via via) {
  Started started;
  Translation translation{*query.question, host_.names().zones(), settings_.zone};
  const bool needs_names = !translation.is_done();
  std::optional<Response> response;
  if (advance_from_cache(translation)) response = response_without_asking(query, translation);
  if (!response) {
    started.unfinished.emplace(Unfinished{std::move(query), std::move(translation), via});
    return started;
  }
  if (needs_names) ++counters_.answered_from_cache;
  started.response = finish(query, std::move(*response), via);
  return started;
}

std::optional<Response> Responder::response_without_asking(const Query& query, const Translation& translation) {
  if (!needs_upstream(query, translation)) return translation.response();
  if (translation.is_ours()) return {};
  if (auto special = special_answer(*query.question)) {
    ++counters_.forward.special_names;
    return special;
  }
  if (!forwarder_->is_own_probe(query.question->name)) return {};
  Response response;
  response.rcode = Rcode::server_failure;
  response.error = loop_error();
  return response;
}

bool Responder::needs_upstream(const Query& query, const Translation& translation) const {
  const WireName* const name = translation.outside();
  if (!forwarder_ || name == nullptr) return false;
  if (!translation.is_ours()) return true;
  // The alias alone is an answer too: for clients that do not want more, and for places that nobody may be asked about.
  return query.recursion_desired && !special_answer({*name, query.question->type, class_in});
}

std::optional<ByteVector> Responder::answer_later(Unfinished unfinished, Reply reply) {
  const WaiterId id = next_id_++;
  std::optional<ExtendedError> error = too_many_lookups();
  if (waiters_.size() < waiting_maximum) error = wait(id, unfinished);
  if (!error) {
    const auto deadline = Clock::now() + settings_.answer_within;
    waiters_.emplace(id, Waiter{std::move(unfinished), std::move(reply), deadline});
    arm_timer();
    return {};
  }
  fail(unfinished, std::move(*error));
  return finish(unfinished.query, unfinished.translation.response(), unfinished.via);
}

void Responder::stop() {
  timer_.cancel();
  if (forwarder_) forwarder_->stop();
  lookups_.clear();
  waiters_.clear();
}

bool Responder::advance_from_cache(Translation& translation) {
  while (!translation.is_done()) {
    const TimePoint now = host_.now();
    if (const crypto::Hit* const hit = translation.wanted_hit()) {
      const auto cached = host_.names().find_cached_hit(*hit, now);
      if (!cached) return false;
      translation.on_hit(*cached, now);
    } else {
      const auto cached = host_.names().find_cached(*translation.wanted(), now);
      if (!cached) return false;
      translation.on_answer(*cached, now);
    }
  }
  return true;
}

std::optional<ExtendedError> Responder::wait(WaiterId id, const Unfinished& unfinished) {
  const Translation& translation = unfinished.translation;
  if (!translation.is_done()) {
    const crypto::Hit* const hit = translation.wanted_hit();
    if (wait_for(id, hit ? Subject{*hit} : Subject{*translation.wanted()})) return {};
    ++counters_.lookups_over_limit;
    return too_many_lookups();
  }
  const auto transport = unfinished.via == Via::udp ? UpstreamTransport::udp_then_tcp : UpstreamTransport::tcp;
  return forwarder_->ask(forward_question(unfinished.query, *translation.outside()), transport,
                         [this, id](const ForwardOutcome& outcome) { on_forwarded(id, outcome); });
}

bool Responder::wait_for(WaiterId id, const Subject& subject) {
  if (const auto running = lookups_.find(subject); running != lookups_.end()) {
    if (running->second.waiters.size() >= waiting_per_name_maximum) return false;
    running->second.waiters.push_back(id);
    return true;
  }
  if (lookups_.size() >= lookups_maximum) return false;
  ++counters_.lookups_started;
  Lookup& lookup = lookups_[subject];
  lookup.waiters.push_back(id);
  lookup.operation = look_up(subject);
  return true;
}

Operation Responder::look_up(const Subject& subject) {
  if (const auto* const hit = std::get_if<crypto::Hit>(&subject)) {
    return host_.names().find_hit(*hit, [this, subject](const std::shared_ptr<const names::HitAnswer>& answer) {
      on_lookup_done(
          subject, [this, answer](Translation& translation) { translation.on_hit(*answer, host_.now()); },
          answer->outcome == names::HitOutcome::not_reachable);
    });
  }
  names::NameQuery query;
  query.name = std::get<names::P2PName>(subject);
  return host_.names().resolve(
      std::move(query), [this, subject](const std::shared_ptr<const names::NameAnswer>& answer) {
        on_lookup_done(
            subject, [this, answer](Translation& translation) { translation.on_answer(*answer, host_.now()); },
            answer->outcome == names::Outcome::not_reachable);
      });
}

void Responder::on_lookup_done(const Subject& subject, const Callback<void(Translation&)>& use, bool not_reachable) {
  const auto done = lookups_.extract(Subject{subject});  // `subject` lives in the callback, which may die with it
  if (done.empty()) return;
  for (const WaiterId id : done.mapped().waiters) {
    auto waiting = waiters_.extract(id);
    if (waiting.empty()) continue;
    use(waiting.mapped().unfinished.translation);
    go_on(std::move(waiting.mapped()), id, not_reachable);
  }
}

void Responder::go_on(Waiter waiter, WaiterId id, bool not_reachable) {
  Unfinished& unfinished = waiter.unfinished;
  Translation& translation = unfinished.translation;
  if (not_reachable && !host_.names().status().joined) fail(unfinished, not_ready());
  // An alias leads to a name that is not cached, or out of our zones.
  if (!advance_from_cache(translation) || needs_upstream(unfinished.query, translation)) {
    auto error = wait(id, unfinished);
    if (!error) {
      waiters_.emplace(id, std::move(waiter));
      return;
    }
    fail(unfinished, std::move(*error));
  }
  waiter.reply(finish(unfinished.query, translation.response(), unfinished.via));
}

void Responder::on_forwarded(WaiterId id, const ForwardOutcome& outcome) {
  auto waiting = waiters_.extract(id);
  if (waiting.empty()) return;  // it has its answer: there was no time left
  Unfinished& unfinished = waiting.mapped().unfinished;
  if (outcome.message) {
    waiting.mapped().reply(finish_forwarded(unfinished, *outcome.message));
  } else {
    fail(unfinished, outcome.error);
    waiting.mapped().reply(finish(unfinished.query, unfinished.translation.response(), unfinished.via));
  }
}

void Responder::fail(Unfinished& unfinished, ExtendedError error) const {
  unfinished.translation.fail(error.code, std::move(error.text));
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
    Unfinished& unfinished = due.mapped().unfinished;
    const bool looked_up = !unfinished.translation.is_done();
    if (looked_up) ++counters_.answered_before_lookup;
    if (looked_up && host_.names().status().joined)
      fail(unfinished, {ExtendedCode::network_error, "still looking for this name; ask again in a few seconds"});
    else
      fail(unfinished, looked_up ? not_ready() : no_answer_error());
    due.mapped().reply(finish(unfinished.query, unfinished.translation.response(), unfinished.via));
  }
  arm_timer();
}

ByteVector Responder::finish(const Query& query, Response response, Via via) {
  response.recursion_available = forwarder_ != nullptr;
  ByteVector message = encode(query, response, limit_bytes(query, via));
  count(response.rcode, message);
  return message;
}

ByteVector Responder::finish_forwarded(Unfinished& unfinished, Bytes message) {
  const Query& query = unfinished.query;
  const auto sections = read_sections(message);
  const Rcode rcode = sections ? sections->rcode : Rcode::server_failure;
  if (!unfinished.translation.is_ours()) {
    ByteVector answer = encode_forwarded(query, message, limit_bytes(query, unfinished.via));
    count(rcode, answer);
    return answer;
  }
  auto foreign = read_foreign_answer(message);
  if (foreign) {
    unfinished.translation.on_foreign_answer(rcode, std::move(foreign->answer), std::move(foreign->authority));
  } else {
    fail(unfinished, {ExtendedCode::other, "the upstream resolver's answer cannot be read"});
  }
  return finish(query, unfinished.translation.response(), unfinished.via);
}

void Responder::count(Rcode rcode, Bytes message) {
  const auto index = static_cast<std::size_t>(rcode);
  if (index < rcodes_counted) ++counters_.answers_by_rcode[index];
  if (is_truncated(message)) ++counters_.truncated;
}

}  // namespace p2pns::dns
