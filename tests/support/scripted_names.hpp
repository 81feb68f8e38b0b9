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

  std::deque<Call<names::Registration, Result<names::Receipt>>> registrations;
  std::deque<Call<names::P2PName, Result<void>>> releases;
  std::deque<Call<names::NameQuery, Answer>> resolutions;
  std::deque<Call<NodeId, Result<wire::NodeHandle>>> searches;
  std::shared_ptr<const names::NameAnswer> cached;
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
