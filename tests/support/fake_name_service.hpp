// FakeNameService: a name service for tests of front ends, without an overlay. It answers resolutions from a table,
// keeps registrations in the same table, and can hold a name's answer back until the test lets it go. Completions run
// through `post`, never inside the call that started them.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>

#include "core/names/name_service.hpp"
#include "tests/support/fake_hits.hpp"

namespace p2pns::test {

class FakeNameService final : public names::NameService {
 public:
  /// Runs the function later, outside of the caller: asio::post in tests with a loop, a queue in others.
  using Post = std::function<void(Callback<void()>)>;
  using Answer = std::shared_ptr<const names::NameAnswer>;

  explicit FakeNameService(Post post) : post_(std::move(post)) {}

  /// What resolve() answers for answer.name. A name nobody set answers no_such_name.
  void set(names::NameAnswer answer) {
    auto name = answer.name;
    answers_[std::move(name)] = std::make_shared<const names::NameAnswer>(std::move(answer));
  }
  /// What find_cached() answers too.
  void set_cached(names::NameAnswer answer) {
    cached_.insert(answer.name);
    set(std::move(answer));
  }
  /// A name registered elsewhere, found at `node` with these records.
  static names::NameAnswer found(const names::P2PName& name, std::vector<names::ResourceRecord> records,
                                 std::vector<Endpoint> node, TimePoint expires) {
    names::NameAnswer answer;
    answer.outcome = names::Outcome::found;
    answer.name = name;
    answer.expires = expires;
    answer.node.emplace();
    answer.node->endpoints.assign(node.begin(), node.end());
    answer.record_set.emplace();
    answer.record_set->name = name;
    answer.record_set->records = std::move(records);
    return answer;
  }
  static names::NameAnswer failed(const names::P2PName& name, names::Outcome outcome) {
    names::NameAnswer answer;
    answer.outcome = outcome;
    answer.name = name;
    return answer;
  }

  /// Resolutions of this name wait until release().
  void hold(const names::P2PName& name) { held_.insert(name); }
  void release(const names::P2PName& name) {
    held_.erase(name);
    auto waiting = std::exchange(waiting_[name], {});
    for (auto& completion : waiting) complete(std::move(completion), name);
  }
  /// Resolutions held back that their asker still wants.
  std::size_t waiting(const names::P2PName& name) const {
    const auto found = waiting_.find(name);
    if (found == waiting_.end()) return 0;
    std::size_t count = 0;
    for (const auto& completion : found->second) count += completion.wanted() ? 1U : 0U;
    return count;
  }

  // What a test wants to see, and to choose.
  std::vector<names::NameQuery> queries;
  std::vector<names::Registration> registrations;
  std::vector<names::P2PName> releases;
  boost::system::error_code registration_error;  ///< set: register_name and release_name fail with it
  names::Zones zones_served;
  names::NodeStatus status_now;
  std::map<NodeId, wire::NodeHandle> nodes;                ///< whom locate() finds
  Result<wire::NodeHandle> located = Errc::not_reachable;  ///< what it answers for all others
  FakeHits hits;                                           ///< HITs, and the values of HIP's DHT interface

  // NameService
  Operation register_name(names::Registration registration, Callback<void(Result<names::Receipt>)> callback) override {
    auto [operation, completion] = start_operation<Result<names::Receipt>>(std::move(callback));
    registrations.push_back(registration);
    Result<names::Receipt> result = registration_error;
    const names::P2PName name = registration.name;
    if (!registration_error) result = store(std::move(registration));
    // Shared: what was posted may run when this is gone.
    if (result) post_([own = own_, name] { own->insert(name); });
    finish(std::move(completion), std::move(result));
    return std::move(operation);
  }
  Operation release_name(names::P2PName name, Callback<void(Result<void>)> callback) override {
    auto [operation, completion] = start_operation<Result<void>>(std::move(callback));
    releases.push_back(name);
    Result<void> result;
    if (registration_error) {
      result = registration_error;
    } else if (own_->erase(name); answers_.erase(name) == 0) {
      result = Errc::not_owner;
    }
    finish(std::move(completion), result);
    return std::move(operation);
  }
  Operation resolve(names::NameQuery query, Callback<void(Answer)> callback) override {
    auto [operation, completion] = start_operation<Answer>(std::move(callback));
    queries.push_back(query);
    if (held_.contains(query.name)) {
      waiting_[query.name].push_back(std::move(completion));
    } else {
      complete(std::move(completion), query.name);
    }
    return std::move(operation);
  }
  Operation locate(const NodeId& id, Callback<void(Result<wire::NodeHandle>)> callback) override {
    auto [operation, completion] = start_operation<Result<wire::NodeHandle>>(std::move(callback));
    const auto found = nodes.find(id);
    finish(std::move(completion), found == nodes.end() ? located : Result<wire::NodeHandle>{found->second});
    return std::move(operation);
  }
  Answer find_cached(const names::P2PName& name, TimePoint) const override {
    return cached_.contains(name) ? answer_of(name) : nullptr;
  }
  /// Those that were registered here.
  std::vector<names::OwnName> own_names(const std::optional<names::P2PName>& after,
                                        std::size_t maximum) const override {
    std::vector<names::OwnName> names;
    for (auto at = after ? own_->upper_bound(*after) : own_->begin(); at != own_->end() && names.size() < maximum; ++at)
      names.emplace_back().name = *at;
    return names;
  }
  const names::Zones& zones() const override { return zones_served; }
  names::NodeStatus status() const override { return status_now; }

  Operation publish_hit(ByteVector signed_bytes, Callback<void(Result<names::HitReceipt>)> callback) override {
    return answer(std::move(callback), hits.publish(std::move(signed_bytes)));
  }
  Operation find_hit(const crypto::Hit& hit,
                     Callback<void(std::shared_ptr<const names::HitAnswer>)> callback) override {
    return answer(std::move(callback), hits.find(hit));
  }
  std::shared_ptr<const names::HitAnswer> find_cached_hit(const crypto::Hit& hit, TimePoint) const override {
    return hits.find_cached(hit);
  }
  Operation put_weak(names::WeakPut put, Callback<void(Result<dht::Tally>)> callback) override {
    return answer(std::move(callback), hits.put_weak(std::move(put)));
  }
  Operation find_weak(const Key& key, Callback<void(std::shared_ptr<const names::WeakAnswer>)> callback) override {
    return answer(std::move(callback), hits.find_weak(key));
  }
  std::shared_ptr<const names::WeakAnswer> find_cached_weak(const Key& key, TimePoint) const override {
    return hits.find_cached_weak(key);
  }
  Operation remove_weak(names::WeakRemoval removal, Callback<void(Result<void>)> callback) override {
    return answer(std::move(callback), hits.remove_weak(removal));
  }

 private:
  Answer answer_of(const names::P2PName& name) const {
    if (const auto found = answers_.find(name); found != answers_.end()) return found->second;
    return std::make_shared<const names::NameAnswer>(failed(name, names::Outcome::no_such_name));
  }
  names::Receipt store(names::Registration registration) {
    names::Receipt receipt;
    receipt.created = !answers_.contains(registration.name);
    receipt.binding.zone = registration.name.zone;
    receipt.binding.label = registration.name.label;
    receipt.record_set.name = registration.name;
    receipt.record_set.records = registration.records;
    set(found(registration.name, std::move(registration.records), {}, TimePoint::max()));
    return receipt;
  }
  void complete(Completion<Answer> completion, const names::P2PName& name) {
    finish(std::move(completion), answer_of(name));
  }
  template <class T>
  Operation answer(Callback<void(T)> callback, T value) {
    auto [operation, completion] = start_operation<T>(std::move(callback));
    finish(std::move(completion), std::move(value));
    return std::move(operation);
  }
  template <class T>
  void finish(Completion<T> completion, T value) {
    post_([completion = std::move(completion), value = std::move(value)]() mutable { completion(std::move(value)); });
  }

  Post post_;
  std::map<names::P2PName, Answer> answers_;
  std::shared_ptr<std::set<names::P2PName>> own_ = std::make_shared<std::set<names::P2PName>>();
  std::set<names::P2PName> cached_;
  std::set<names::P2PName> held_;
  std::map<names::P2PName, std::vector<Completion<Answer>>> waiting_;
};

}  // namespace p2pns::test
