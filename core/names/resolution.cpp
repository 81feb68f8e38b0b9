#include "core/names/resolution.hpp"

#include <algorithm>
#include <tuple>

#include "core/names/owner_desk.hpp"

namespace p2pns::names {
namespace {

/// The direct question is hedged by a lookup once it is later than twice its usual round trip; never at once, and never
/// as late as a time-out.
constexpr Duration hedge_minimum = std::chrono::milliseconds{20};
constexpr Duration hedge_maximum = std::chrono::milliseconds{500};

/// Lookups for one node before it counts as away.
constexpr int lookups_maximum = 2;

/// A resolution that has not ended after so long is late by any measure: the published copy is read beside the search
/// for the node. It costs what a binding costs, so not earlier.
constexpr Duration copy_after = std::chrono::milliseconds{500};
/// With a copy at hand the node is waited for so long.
constexpr Duration node_patience = std::chrono::seconds{2};
/// Without one, once a whole search has found it silent, it is looked for again until so long after the start. Front
/// ends give their clients an answer within 4 s, and "owner offline" tells more than that it took too long.
constexpr Duration search_patience = std::chrono::milliseconds{3500};

/// Of the time left, what a read or a lookup may use: it then ends before the resolution does and says how far it came,
/// and a silent owner is told from a resolution that ran out of time.
constexpr Duration lookup_share(Duration left) { return left * 9 / 10; }

Outcome outcome_of(boost::system::error_code error) {
  if (error == Errc::contested) return Outcome::contested;
  if (error == Errc::timed_out) return Outcome::timed_out;
  return Outcome::not_reachable;
}

bool names_same_place(const dht::Binding& left, const dht::Binding& right) {
  return std::tie(left.owner, left.node, left.generation) == std::tie(right.owner, right.node, right.generation);
}

/// The call that the node itself answered: it ends stage 2 and is all of stage 3, so it is told there.
std::vector<kbr::LookupHop> take_hop_of(const NodeId& node, std::vector<kbr::LookupHop>& hops) {
  const auto asked = [&node](const kbr::LookupHop& hop) { return hop.answered && hop.node.id == node; };
  const auto last = std::find_if(hops.rbegin(), hops.rend(), asked);
  if (last == hops.rend()) return {};
  std::vector<kbr::LookupHop> taken{std::move(*last)};
  hops.erase(std::prev(last.base()));
  return taken;
}

Duration smallest_ttl(const RecordSet& set) {
  Duration smallest = Duration::max();
  for (const ResourceRecord& record : set.records)
    smallest = std::min<Duration>(smallest, std::chrono::seconds{record.ttl_s});
  return smallest;
}

}  // namespace

std::shared_ptr<const NameAnswer> answer_for_own_name(const P2PName& name, const ResolverEnvironment& environment) {
  const OwnedName* owned = environment.owned.find(name);
  if (!owned) return nullptr;
  auto answer = std::make_shared<NameAnswer>();
  answer->outcome = Outcome::found;
  answer->name = name;
  answer->binding = owned->binding;
  answer->node = environment.facts.own_handle();
  if (auto set = environment.owned.record_set(name)) answer->record_set = std::move(*set);
  // Changes of the records are put into the cache at once, so only this node's address can grow old.
  // A node that has just started learns its address any moment.
  const bool known = !answer->node->endpoints.empty();
  answer->expires = environment.timers.now() + (known ? environment.limits.address_life : Duration{0});
  return answer;
}

void Resolution::start(Done done) {
  done_ = std::move(done);
  answer_.name = name_;
  started_at_ = environment_.timers.now();
  ends_at_ = started_at_ + environment_.limits.resolution_time_out;
  deadline_ = environment_.timers.at(ends_at_, [this] { on_deadline(); });
  if (name_.kind == NameKind::label) return read_binding(bypass_cache_);
  const auto key = public_key_of(name_);
  if (!key) return finish(Outcome::no_such_name);
  target_ = crypto::node_id_of(*key);
  ask_node();
}

void Resolution::read_binding(bool bypass_cache) {
  stage_started_ = environment_.timers.now();
  const auto cached = bypass_cache ? std::nullopt : environment_.cache.find_binding(name_, environment_.timers.now());
  binding_from_cache_ = cached.has_value();
  if (cached) {
    trace(1, true, Duration{0});
    return take_binding(*cached);
  }
  dht_read_ = environment_.dht.get(dht::name_position(name_.zone, name_.label, 0), dht::RecordType::binding,
                                   lookup_share(ends_at_ - environment_.timers.now()),
                                   [this](dht::ReadResult result) { on_binding(std::move(result)); });
}

void Resolution::on_binding(dht::ReadResult result) {
  if (finished_) return;
  const Duration took = environment_.timers.now() - stage_started_;
  const bool counted = result.tally.replicas > 0;
  trace(1, false, took, std::move(result.hops), counted ? std::optional{result.tally} : std::nullopt);
  if (result.error) return finish(outcome_of(result.error));
  if (!result.record) return finish(Outcome::no_such_name);
  const auto binding = dht::decode_binding(result.record->bytes());
  // The DHT answers for a position; a binding of another name there would be a fault, and is no answer for this one.
  if (!binding || binding->zone != name_.zone || binding->label != name_.label) return finish(Outcome::contested);
  take_binding(
      environment_.cache.keep_binding(name_, *binding, environment_.timers.now(), environment_.wall_clock.now()));
}

void Resolution::take_binding(dht::Binding binding) {
  const bool insisted = binding_read_again_ && answer_.binding && names_same_place(*answer_.binding, binding);
  target_ = binding.node;
  answer_.binding = std::move(binding);
  if (insisted) return nobody_speaks();
  ask_node();
}

void Resolution::ask_node() {
  stage_started_ = environment_.timers.now();
  lookup_error_.reset();
  answer_.node.reset();
  copy_read_ = false;  // one of another binding is none of this one
  copy_.reset();
  copy_reading_.cancel();
  patience_timer_.cancel();
  if (target_ == environment_.routing.self()) {
    const auto own = environment_.owned.record_set(name_);
    if (name_.kind == NameKind::label && !own) return disowned();
    return found(environment_.facts.own_handle(), own ? std::optional{*own} : std::nullopt, Duration{0});
  }
  if (answer_.binding)
    copy_timer_ = environment_.timers.at(std::max(stage_started_, started_at_ + copy_after), [this] { read_copy(); });
  const auto hint = bypass_cache_ ? std::nullopt : environment_.cache.find_hint(name_);
  if (hint && hint->node.id == target_) return ask_directly(*hint);
  start_lookup();
}

void Resolution::ask_directly(const AddressHint& hint) {
  const Duration usual = hint.round_trip > Duration{0} ? hint.round_trip : environment_.channel.typical_round_trip();
  hedge_ = environment_.timers.after(std::clamp(2 * usual, hedge_minimum, hedge_maximum), [this] { start_lookup(); });
  direct_pending_ = true;
  const std::string question = name_.kind == NameKind::label ? to_string(name_) : std::string{};
  direct_ = environment_.channel.call(hint.node, wire::MessageType::ask_owner, encode(wire::AskOwner{question}),
                                      owner_says_maximum_bytes,
                                      [this](Result<rpc::Answer> answer) { on_direct_answer(std::move(answer)); });
}

void Resolution::start_lookup() {
  hedge_.cancel();
  ++lookups_;
  const std::string question = name_.kind == NameKind::label ? to_string(name_) : std::string{};
  kbr::LookupOptions options;
  options.mode = kbr::LookupMode::node;
  options.time_out = lookup_share(ends_at_ - environment_.timers.now());
  options.request =
      kbr::LookupRequest{wire::MessageType::ask_owner, encode(wire::AskOwner{question}), owner_says_maximum_bytes};
  lookup_ =
      environment_.routing.lookup(target_, options, [this](kbr::LookupResult result) { on_lookup(std::move(result)); });
}

/// Silence may have been loss, or a node farther away than a stranger is waited for: by now its late answer has told.
bool Resolution::may_look_again() const {
  return lookups_ < lookups_maximum && environment_.timers.now() < started_at_ + search_patience;
}

void Resolution::on_direct_answer(Result<rpc::Answer> answer) {
  if (finished_) return;
  direct_pending_ = false;
  if (!answer || answer->from.id != target_) {
    if (binding_is_suspect()) read_binding_beside_search();
    if (lookup_error_) return search_failed(*lookup_error_);
    if (!lookup_.active()) start_lookup();
    return;
  }
  hedge_.cancel();
  lookup_.cancel();
  trace(2, true, Duration{0});
  trace(3, false, answer->round_trip, {{answer->from, kbr::target_path, Duration{0}, answer->round_trip, true, 0}});
  on_owner_says(answer->from, answer->type, answer->body, answer->round_trip);
}

void Resolution::on_lookup(kbr::LookupResult result) {
  if (finished_) return;
  const Duration took = environment_.timers.now() - stage_started_;
  if (result.error || result.answers.empty() || result.answers.front().node.id != target_) {
    const boost::system::error_code error = result.error ? result.error : make_error_code(Errc::timed_out);
    trace(2, false, took, std::move(result.hops));
    lookup_error_ = error;
    if (direct_pending_) return;
    if (binding_is_suspect()) read_binding_beside_search();
    return search_failed(error);
  }
  direct_.cancel();
  direct_pending_ = false;
  const kbr::LookupAnswer answer = std::move(result.answers.front());
  auto question = take_hop_of(target_, result.hops);
  const Duration last_hop = question.empty() ? Duration{0} : question.front().took;
  trace(2, false, took - std::min(took, last_hop), std::move(result.hops));
  trace(3, false, last_hop, std::move(question));
  on_owner_says(answer.node, answer.type, answer.body, last_hop);
}

void Resolution::on_owner_says(const NodeHandle& node, wire::MessageType type, Bytes body, Duration round_trip) {
  if (name_.kind == NameKind::public_key) return found(node, std::nullopt, round_trip);  // the seal was the proof
  answer_.node = node;
  if (type != wire::MessageType::owner_says) return disowned();
  const auto says = wire::decode_owner_says(body);
  auto set = says && !says->record_set.empty()
                 ? judge(verify_record_set(says->record_set, environment_.verifier, environment_.network,
                                           environment_.wall_clock.now()))
                 : std::nullopt;
  if (!set) return disowned();
  found(node, std::move(set), round_trip);
}

std::optional<RecordSet> Resolution::judge(Result<RecordSet> set) const {
  if (!set || set->name != name_) return std::nullopt;
  const dht::Binding& binding = *answer_.binding;
  if (set->owner != binding.owner || set->generation < binding.generation) return std::nullopt;
  const auto seen = environment_.cache.find_seen(name_);
  const bool replayed = seen && seen->owner == set->owner && seen->node == target_ &&
                        std::tie(set->generation, set->sequence) < std::tie(seen->generation, seen->sequence);
  if (replayed) return std::nullopt;
  return std::move(*set);
}

void Resolution::disowned() {
  if (dht_read_.active()) {  // goes on in on_binding_beside_search
    disowned_ = true;
    return lookup_.cancel();
  }
  if (!binding_from_cache_ || binding_read_again_) return nobody_speaks();
  binding_read_again_ = true;
  for (Timer* timer : {&copy_timer_, &patience_timer_}) timer->cancel();
  environment_.cache.forget_binding(name_);
  read_binding(true);
}

void Resolution::read_binding_beside_search() {
  binding_read_again_ = true;
  environment_.cache.forget_binding(name_);
  dht_read_ = environment_.dht.get(dht::name_position(name_.zone, name_.label, 0), dht::RecordType::binding,
                                   lookup_share(ends_at_ - environment_.timers.now()),
                                   [this](const dht::ReadResult& result) { on_binding_beside_search(result); });
}

void Resolution::on_binding_beside_search(const dht::ReadResult& result) {
  if (finished_) return;
  const auto read = !result.error && result.record ? dht::decode_binding(result.record->bytes())
                                                   : Result<dht::Binding>{Errc::no_such_name};
  const bool fits = read && read->zone == name_.zone && read->label == name_.label;
  if (fits) {
    dht::Binding binding =
        environment_.cache.keep_binding(name_, *read, environment_.timers.now(), environment_.wall_clock.now());
    if (!names_same_place(binding, *answer_.binding)) {
      for (Operation* operation : {&direct_, &lookup_}) operation->cancel();
      hedge_.cancel();
      direct_pending_ = false;
      lookups_ = 0;
      disowned_ = false;
      return take_binding(std::move(binding));
    }
  }
  if (disowned_) return nobody_speaks();
  // The search goes on: whoever proves to be the owner's node counts, also while the replicas have nothing to say.
  released_ = !result.error && !result.record;
  if (lookup_error_ && !direct_pending_) search_failed(*lookup_error_);
}

void Resolution::search_failed(boost::system::error_code error) {
  if (dht_read_.active()) return;  // goes on in on_binding_beside_search
  if (released_) return finish(Outcome::no_such_name);
  if (error == Errc::timed_out && may_look_again()) {
    lookup_error_.reset();
    patience_timer_ = environment_.timers.at(started_at_ + search_patience, [this] { nobody_speaks(); });
    return start_lookup();
  }
  fail(error);
}

void Resolution::read_copy() {
  copy_timer_.cancel();
  if (std::exchange(copy_read_, true)) return;
  copy_asked_at_ = environment_.timers.now();
  copy_reading_ = environment_.dht.get_published(*answer_.binding, lookup_share(ends_at_ - copy_asked_at_),
                                                 [this](dht::ReadResult result) { on_copy(std::move(result)); });
}

void Resolution::on_copy(dht::ReadResult result) {
  if (finished_) return;
  const bool counted = result.tally.replicas > 0;
  trace(3, false, environment_.timers.now() - copy_asked_at_, std::move(result.hops),
        counted ? std::optional{result.tally} : std::nullopt);
  if (result.record)
    copy_ = judge(verify_published(result.record->bytes(), environment_.verifier, environment_.network,
                                   environment_.wall_clock.now()));
  if (copy_ && copy_->records.empty()) copy_.reset();  // taken back
  if (search_is_over()) return finish_with_copy();
  if (copy_)
    patience_timer_ = environment_.timers.at(std::min(stage_started_ + node_patience, started_at_ + search_patience),
                                             [this] { nobody_speaks(); });
}

bool Resolution::search_is_over() const noexcept {
  return !direct_pending_ && !lookup_.active() && !dht_read_.active();
}

void Resolution::nobody_speaks() {
  if (!answer_.binding) return finish(Outcome::owner_offline);
  if (direct_pending_ || lookup_.active()) trace(2, false, environment_.timers.now() - stage_started_);
  for (Operation* operation : {&direct_, &lookup_}) operation->cancel();
  direct_pending_ = false;
  hedge_.cancel();
  read_copy();
  if (!copy_reading_.active()) finish_with_copy();
}

void Resolution::finish_with_copy() {
  if (!copy_) return finish(Outcome::owner_offline);
  environment_.cache.keep_seen(name_, {copy_->owner, target_, copy_->generation, copy_->sequence});
  answer_.record_set = std::move(copy_);
  answer_.node.reset();
  answer_.stale = true;
  finish(Outcome::found);
}

void Resolution::found(const NodeHandle& node, std::optional<RecordSet> set, Duration round_trip) {
  answer_.node = node;
  if (set) {
    environment_.cache.keep_seen(name_, {set->owner, target_, set->generation, set->sequence});
    // The owner knows of a generation that the binding does not: the next resolution reads stage 1 again.
    if (set->generation > answer_.binding->generation) environment_.cache.forget_binding(name_);
    answer_.record_set = std::move(set);
  }
  if (target_ != environment_.routing.self()) environment_.cache.keep_hint(name_, {node, round_trip});
  finish(Outcome::found);
}

/// A lookup found no way to the node. For a name, silence means that its owner is away.
void Resolution::fail(boost::system::error_code error) {
  if (error == Errc::timed_out) return nobody_speaks();
  finish(outcome_of(error));
}

Duration Resolution::life_of(Outcome outcome) const {
  if (outcome == Outcome::no_such_name) return environment_.limits.negative_life;
  if (outcome == Outcome::owner_offline) return owner_offline_life;
  if (outcome != Outcome::found) return Duration{0};
  const UnixTime wall = environment_.wall_clock.now();
  Duration life = answer_.stale ? stale_answer_life : environment_.limits.address_life;
  if (answer_.binding) life = std::min<Duration>(life, answer_.binding->not_after - wall);
  // What hangs on a binding does not outlive it; a binding just forgotten is read again by whoever asks next.
  const Duration fresh_for = environment_.cache.binding_fresh_until(name_) - environment_.timers.now();
  if (answer_.binding && fresh_for > Duration{0}) life = std::min(life, fresh_for);
  if (answer_.record_set) {
    life = std::min({life, smallest_ttl(*answer_.record_set), Duration{answer_.record_set->not_after - wall}});
  }
  return std::max(life, Duration{0});
}

/// Names the stage that hung. It has no hops to show: what has any ends earlier.
void Resolution::on_deadline() {
  const int direct_stage = direct_.active() ? 3 : 2;
  if (copy_read_ && search_is_over()) return finish_with_copy();
  trace(dht_read_.active() ? 1 : direct_stage, false, environment_.timers.now() - stage_started_);
  if (copy_) return finish_with_copy();
  finish(Outcome::timed_out);
}

void Resolution::finish(Outcome outcome) {
  if (finished_) return;
  finished_ = true;
  for (Operation* operation : {&dht_read_, &direct_, &lookup_, &copy_reading_}) operation->cancel();
  for (Timer* timer : {&deadline_, &hedge_, &copy_timer_, &patience_timer_}) timer->cancel();
  const TimePoint now = environment_.timers.now();
  // A claim of ours may have won while the replicas were still saying that there is no such name.
  auto answer = answer_for_own_name(name_, environment_);
  if (!answer) {
    answer_.outcome = outcome;
    answer_.expires = now + life_of(outcome);
    answer = std::make_shared<const NameAnswer>(std::move(answer_));
  }
  environment_.cache.keep_answer(answer, now);
  delivery_ = environment_.timers.after(Duration{0}, [this, answer = std::move(answer)] {
    const Done done = std::move(done_);  // `done` destroys this object
    done(answer);
  });
}

void Resolution::trace(int stage, bool from_cache, Duration took, std::vector<kbr::LookupHop> hops,
                       std::optional<dht::Tally> tally) {
  answer_.trace.push_back({stage, from_cache, took, std::move(hops), tally});
}

}  // namespace p2pns::names
