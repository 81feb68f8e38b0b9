#include "core/names/dht_name_service.hpp"

#include "core/names/answer_later.hpp"

namespace p2pns::names {

DhtNameService::DhtNameService(const crypto::NetworkParameters& network, Zones zones, const NameLimits& limits,
                               const NameServiceEnvironment& environment)
    : network_(network),
      zones_(std::move(zones)),
      limits_(limits),
      environment_(environment),
      started_at_(environment.timers.now()),
      cache_(limits),
      owned_({environment.owner, network_, environment.wall_clock, environment.verifier, environment.state,
              environment.log},
             limits.owned_names_maximum),
      desk_(owned_),
      resolver_({environment.routing, environment.channel, environment.dht, environment.verifier, network_,
                 environment.timers, environment.wall_clock, cache_, owned_, environment.facts, limits}),
      registrar_({environment.dht, environment.owner, network_, environment.routing.self(), zones_, environment.timers,
                  environment.wall_clock, environment.random, environment.log, cache_, owned_, limits}),
      move_watch_({environment.dht, environment.timers, owned_, registrar_, limits.stage1_life_maximum}),
      hip_({*this, environment.dht, environment.node, network_, environment.timers, environment.wall_clock,
            limits.resolution_time_out}) {
  environment_.channel.serve(wire::MessageType::ask_owner, decode_question,
                             [this](const rpc::Request& request, const std::optional<P2PName>& name,
                                    const rpc::Responder& respond) { desk_.on_question(request, name, respond); });
}

Operation DhtNameService::register_name(Registration registration, Callback<void(Result<Receipt>)> completion) {
  return registrar_.register_name(std::move(registration), std::move(completion));
}

Operation DhtNameService::release_name(P2PName name, Callback<void(Result<void>)> completion) {
  return registrar_.release_name(name, std::move(completion));
}

Operation DhtNameService::resolve(NameQuery query, Callback<void(std::shared_ptr<const NameAnswer>)> completion) {
  return resolver_.resolve(std::move(query), std::move(completion));
}

Operation DhtNameService::locate(const NodeId& node, Callback<void(Result<NodeHandle>)> callback) {
  if (node == environment_.routing.self()) {
    return detail::answer_later<Result<NodeHandle>>(environment_.timers, std::move(callback),
                                                    environment_.facts.own_handle());
  }
  kbr::LookupOptions options;
  options.mode = kbr::LookupMode::node;
  options.time_out = limits_.resolution_time_out;
  return environment_.routing.lookup(node, options, [node, callback = std::move(callback)](kbr::LookupResult result) {
    if (result.error) return callback(result.error);
    if (result.answers.empty() || result.answers.front().node.id != node) return callback(Errc::timed_out);
    callback(std::move(result.answers.front().node));
  });
}

std::shared_ptr<const NameAnswer> DhtNameService::find_cached(const P2PName& name, TimePoint now) const {
  return cache_.find(name, now);
}

std::vector<OwnName> DhtNameService::own_names(const std::optional<P2PName>& after, std::size_t maximum) const {
  return owned_.list(after, maximum);
}

Operation DhtNameService::publish_hit(ByteVector signed_bytes, Callback<void(Result<HitReceipt>)> completion) {
  return hip_.publish_hit(std::move(signed_bytes), std::move(completion));
}

Operation DhtNameService::find_hit(const crypto::Hit& hit,
                                   Callback<void(std::shared_ptr<const HitAnswer>)> completion) {
  return hip_.find_hit(hit, std::move(completion));
}

std::shared_ptr<const HitAnswer> DhtNameService::find_cached_hit(const crypto::Hit& hit, TimePoint now) const {
  return hip_.find_cached_hit(hit, now);
}

Operation DhtNameService::put_weak(WeakPut put, Callback<void(Result<dht::Tally>)> completion) {
  return hip_.put_weak(std::move(put), std::move(completion));
}

Operation DhtNameService::find_weak(const Key& key, Callback<void(std::shared_ptr<const WeakAnswer>)> completion) {
  return hip_.find_weak(key, std::move(completion));
}

std::shared_ptr<const WeakAnswer> DhtNameService::find_cached_weak(const Key& key, TimePoint now) const {
  return hip_.find_cached_weak(key, now);
}

Operation DhtNameService::remove_weak(WeakRemoval removal, Callback<void(Result<void>)> completion) {
  return hip_.remove_weak(std::move(removal), std::move(completion));
}

NodeStatus DhtNameService::status() const {
  const NodeHandle own = environment_.facts.own_handle();
  const NodeNumbers numbers = environment_.facts.numbers();
  NodeStatus status;
  status.node_id = environment_.routing.self();
  status.public_key = own.key;
  status.owner_key = environment_.owner.public_key();
  status.network_id = network_.network_id;
  status.joined = environment_.routing.settled() && numbers.replication.range_ready;
  status.known_nodes = numbers.known_nodes;
  status.siblings = environment_.routing.neighbour_set(neighbours_shown_maximum).size();
  status.records_stored = numbers.records_stored;
  status.names_owned = owned_.size();
  status.names_cached = cache_.size();
  status.dht_writes = numbers.dht_writes;
  status.replication = numbers.replication;
  status.observed_address = numbers.observed_address;
  status.replica = numbers.replica;
  status.dht_lies = numbers.dht_lies;
  status.resolver = resolver_.counters();
  status.rpc = environment_.channel.counters();
  status.uptime = environment_.timers.now() - started_at_;
  return status;
}

}  // namespace p2pns::names
