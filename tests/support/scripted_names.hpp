// ScriptedNames: a name service whose completions the test runs by hand, in any order and at any time. It keeps what
// was asked for, and drops what the asker gave up.
#pragma once

#include <deque>
#include <utility>

#include "core/names/name_service.hpp"

namespace p2pns::test {

class ScriptedNames final : public names::NameService {
 public:
  template <class Request, class T>
  struct Call {
    Request request;
    Completion<T> complete;
  };
  using Answer = std::shared_ptr<const names::NameAnswer>;

  Operation register_name(names::Registration registration, Callback<void(Result<names::Receipt>)> callback) override {
    return keep(registrations, std::move(registration), std::move(callback));
  }
  Operation release_name(names::P2PName name, Callback<void(Result<void>)> callback) override {
    return keep(releases, std::move(name), std::move(callback));
  }
  Operation resolve(names::NameQuery query, Callback<void(Answer)> callback) override {
    return keep(resolutions, std::move(query), std::move(callback));
  }
  Operation locate(const NodeId& id, Callback<void(Result<wire::NodeHandle>)> callback) override {
    return keep(searches, id, std::move(callback));
  }
  std::shared_ptr<const names::NameAnswer> find_cached(const names::P2PName& name, TimePoint) const override {
    return cached && cached->name == name ? cached : nullptr;
  }
  std::vector<names::OwnName> own_names(const std::optional<names::P2PName>& after,
                                        std::size_t maximum) const override {
    std::vector<names::OwnName> page;
    for (const names::OwnName& each : owned)
      if ((!after || each.name > *after) && page.size() < maximum) page.push_back(each);
    return page;
  }
  const names::Zones& zones() const override { return zones_; }
  names::NodeStatus status() const override { return status_now; }
  Operation publish_hit(ByteVector bytes, Callback<void(Result<names::HitReceipt>)> callback) override {
    return keep(hit_publications, std::move(bytes), std::move(callback));
  }
  Operation find_hit(const crypto::Hit& hit,
                     Callback<void(std::shared_ptr<const names::HitAnswer>)> callback) override {
    return keep(hit_searches, hit, std::move(callback));
  }
  std::shared_ptr<const names::HitAnswer> find_cached_hit(const crypto::Hit& hit, TimePoint) const override {
    return cached_hit && cached_hit->hit == hit ? cached_hit : nullptr;
  }
  Operation put_weak(names::WeakPut put, Callback<void(Result<dht::Tally>)> callback) override {
    return keep(weak_puts, std::move(put), std::move(callback));
  }
  Operation find_weak(const Key& key, Callback<void(std::shared_ptr<const names::WeakAnswer>)> callback) override {
    return keep(weak_searches, key, std::move(callback));
  }
  std::shared_ptr<const names::WeakAnswer> find_cached_weak(const Key& key, TimePoint) const override {
    return cached_weak && cached_weak->key == key ? cached_weak : nullptr;
  }
  Operation remove_weak(names::WeakRemoval removal, Callback<void(Result<void>)> callback) override {
    return keep(weak_removals, std::move(removal), std::move(callback));
  }

  std::deque<Call<names::Registration, Result<names::Receipt>>> registrations;
  std::deque<Call<names::P2PName, Result<void>>> releases;
  std::deque<Call<names::NameQuery, Answer>> resolutions;
  std::deque<Call<NodeId, Result<wire::NodeHandle>>> searches;
  std::deque<Call<ByteVector, Result<names::HitReceipt>>> hit_publications;
  std::deque<Call<crypto::Hit, std::shared_ptr<const names::HitAnswer>>> hit_searches;
  std::deque<Call<names::WeakPut, Result<dht::Tally>>> weak_puts;
  std::deque<Call<Key, std::shared_ptr<const names::WeakAnswer>>> weak_searches;
  std::deque<Call<names::WeakRemoval, Result<void>>> weak_removals;
  std::shared_ptr<const names::NameAnswer> cached;
  std::shared_ptr<const names::HitAnswer> cached_hit;
  std::shared_ptr<const names::WeakAnswer> cached_weak;
  std::vector<names::OwnName> owned;  ///< in order
  names::NodeStatus status_now;

  /// Takes the oldest call out of one of the queues.
  template <class Queue>
  static auto take(Queue& queue) {
    auto call = std::move(queue.front());
    queue.pop_front();
    return call;
  }

 private:
  template <class Queue, class Request, class T>
  static Operation keep(Queue& queue, Request request, Callback<void(T)> callback) {
    auto [operation, completion] = start_operation<T>(std::move(callback));
    queue.push_back({std::move(request), std::move(completion)});
    return std::move(operation);
  }

  names::Zones zones_;
};

}  // namespace p2pns::test
