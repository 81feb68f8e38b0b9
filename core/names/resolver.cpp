#include "core/names/resolver.hpp"

#include "core/names/answer_later.hpp"

namespace p2pns::names {

Operation Resolver::resolve(NameQuery query, Callback callback) {
  if (Answer known = from_memory(query)) {
    ++counters_.from_memory;
    return detail::answer_later(environment_.timers, std::move(callback), std::move(known));
  }
  const Question question{query.name, query.bypass_cache};
  if (!running_.contains(question) && running_.size() < resolutions_maximum) start(question);
  const auto running = running_.find(question);
  if (running == running_.end() || running->second->callers.size() >= callers_per_resolution_maximum)
    return detail::answer_later(environment_.timers, std::move(callback), turned_away(query.name));
  return join(question, std::move(callback));
}

/// A fresh answer from the cache, or one of our own names: --trace has nothing to show for those.
Resolver::Answer Resolver::from_memory(const NameQuery& query) {
  const TimePoint now = environment_.timers.now();
  Answer known = query.bypass_cache ? nullptr : environment_.cache.find(query.name, now);
  if (known) return known;
  known = answer_for_own_name(query.name, environment_);
  if (known) environment_.cache.keep_answer(known, now);
  return known;
}

Resolver::Answer Resolver::turned_away(const P2PName& name) {
  ++counters_.turned_away;
  auto answer = std::make_shared<NameAnswer>();
  answer->outcome = Outcome::not_reachable;
  answer->name = name;
  answer->expires = environment_.timers.now();
  return answer;
}

void Resolver::start(const Question& question) {
  ++counters_.resolutions;
  auto& running = *(running_[question] = std::make_unique<Running>(environment_, question));
  running.resolution.start([this, question](Answer answer) { on_answer(question, std::move(answer)); });
}

Operation Resolver::join(const Question& question, Callback callback) {
  auto ends = start_operation<Answer>(std::move(callback));
  auto& callers = running_.at(question)->callers;
  if (!callers.empty()) ++counters_.joined;
  const std::uint64_t caller = next_caller_++;
  ends.second.on_cancel([weak = std::weak_ptr{self_}, question, caller] {
    if (const auto self = weak.lock()) (*self)->drop_caller(question, caller);
  });
  callers.emplace(caller, std::move(ends.second));
  return std::move(ends.first);
}

void Resolver::on_answer(const Question& question, Answer answer) {
  auto running = running_.extract(question);
  auto callers = std::move(running.mapped()->callers);
  running.mapped().reset();
  // From here on nothing of this object is touched: a caller may destroy it.
  for (auto& [caller, completion] : callers) completion(answer);
}

void Resolver::drop_caller(const Question& question, std::uint64_t caller) {
  const auto running = running_.find(question);
  if (running == running_.end()) return;
  auto& callers = running->second->callers;
  if (callers.erase(caller) == 1 && callers.empty()) running_.erase(running);
}

}  // namespace p2pns::names
