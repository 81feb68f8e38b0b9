#include "core/kbr/kademlia.hpp"

#include <algorithm>

namespace p2pns::kbr {
namespace {

NodeHandle handle_of(const crypto::Identity& identity) {
  NodeHandle self;
  self.id = identity.node_id();
  self.key = identity.public_key();
  self.puzzle = identity.puzzle();
  return self;
}

}  // namespace

Kademlia::Kademlia(const crypto::NetworkParameters& network, const crypto::Identity& identity,
                   const KademliaEnvironment& environment)
    : network_(network),
      self_(handle_of(identity)),
      environment_(environment),
      contacts_(self_.id, BlockRule{network.exempt_private_blocks}),
      observed_address_(BlockRule{network.exempt_private_blocks}),
      maintenance_({self_.id, environment.channel, environment.timers, environment.random, environment.log, contacts_,
                    observed_address_, *this, network_.puzzles},
                   *this),
      peers_({environment.state, network_, contacts_, environment.timers, environment.random, environment.log}) {
  observed_address_.on_change([this](const Endpoint& seen) { tell_observed_address(seen); });
  environment_.channel.observe(this);
  serve();
}

void Kademlia::serve() {
  environment_.channel.serve(wire::MessageType::ping, wire::decode_ping,
                             [this](const rpc::Request& request, const wire::Ping& ping,
                                    const rpc::Responder& respond) { on_ping(request, ping, respond); });
  environment_.channel.serve(wire::MessageType::find_node, wire::decode_find_node,
                             [this](const rpc::Request& request, const wire::FindNode& asked,
                                    const rpc::Responder& respond) { on_find_node(request, asked, respond); });
  environment_.channel.serve(wire::MessageType::leave, wire::decode_leave,
                             [this](const rpc::Request& request, const wire::Leave&, const rpc::Responder& respond) {
                               on_leave(request, respond);
                             });
}

Kademlia::~Kademlia() {
  environment_.channel.observe(nullptr);
  for (auto& [number, running] : lookups_) running.completion.on_cancel(nullptr);  // the handle may outlive this node
}

void Kademlia::start(std::vector<Endpoint> seeds, bool more_to_come) {
  maintenance_.start(std::move(seeds), peers_.addresses(), more_to_come);
  peers_.start();
}

Operation Kademlia::lookup(const Key& key, const LookupOptions& options, Callback<void(LookupResult)> callback) {
  LookupResult result;
  if (lookups_.size() >= lookups_maximum) {
    result.error = Errc::overloaded;
    return answer_later(std::move(result), std::move(callback));
  }
  if (options.mode == LookupMode::node && key == self_.id) {
    result.answers.push_back({self_, true, wire::MessageType::pong, {}});
    return answer_later(std::move(result), std::move(callback));
  }
  auto [operation, completion] = start_operation<LookupResult>(std::move(callback));
  const LookupNumber number = next_lookup_++;
  completion.on_cancel([this, number] { retire(number); });
  contacts_.table().mark_used(key, environment_.timers.now());
  const LookupEnvironment environment{
      self_, environment_.channel, environment_.timers, contacts_, *this, network_.puzzles, joined()};
  auto lookup = make_lookup(environment, key, options,
                            [this, number](LookupResult ended) { on_lookup_done(number, std::move(ended)); });
  Lookup& started = *lookup;
  lookups_.emplace(number, RunningLookup{std::move(lookup), std::move(completion)});
  started.start();
  return std::move(operation);
}

Operation Kademlia::answer_later(LookupResult result, Callback<void(LookupResult)> callback) {
  auto [operation, completion] = start_operation<LookupResult>(std::move(callback));
  environment_.timers.post(
      [result = std::move(result), completion = std::move(completion)]() mutable { completion(std::move(result)); });
  return std::move(operation);
}

void Kademlia::on_lookup_done(LookupNumber number, LookupResult result) {
  auto running = lookups_.extract(number);  // alive until this returns: it is our caller
  if (running.empty()) return;              // cancelled while it was at work
  auto completion = std::move(running.mapped().completion);
  completion(std::move(result));  // may destroy this node
}

// It may be cancelled by somebody it has just told of a neighbour: then it is still at work, and dies a moment later.
void Kademlia::retire(LookupNumber number) {
  auto running = lookups_.extract(number);
  if (running.empty()) return;
  retired_.push_back(std::move(running.mapped().lookup));
  retire_timer_ = environment_.timers.after(Duration{0}, [this] { retired_.clear(); });
}

// Deferred: who sends the PONG may be inside a loop over the tables, and the callback may announce. A timer of our own
// and no post(): this node may be gone by then. Of two changes in one instant the last is told.
void Kademlia::tell_observed_address(const Endpoint& seen) {
  observed_timer_ = environment_.timers.after(Duration{0}, [this, seen] {
    if (on_observed_address_) on_observed_address_(seen);
  });
}

std::vector<NodeHandle> Kademlia::local_lookup(const Key& key, std::size_t count) const {
  std::vector<NodeHandle> nodes;
  for (const Contact* contact : contacts_.nearest(key, count)) nodes.push_back(contact->node);
  return nodes;
}

std::vector<NodeHandle> Kademlia::neighbour_set(std::size_t maximum) const {
  std::vector<NodeHandle> nodes;
  for (const Contact& contact : contacts_.siblings().contacts()) {
    if (nodes.size() >= maximum) break;
    nodes.push_back(contact.node);
  }
  return nodes;
}

bool Kademlia::responsible_for(const Key& key, std::size_t rank) const {
  return contacts_.nearer_than_self(key, rank) < rank;
}

void Kademlia::observe_neighbours(NeighbourObserver* observer) {
  contacts_.observe(observer);
  maintenance_.on_joined(observer ? Callback<void()>{[observer] { observer->on_joined(); }} : nullptr);
}

void Kademlia::on_peer_answered(const NodeHandle& node, Duration round_trip) {
  contacts_.touch(node, round_trip, environment_.timers.now());
}

void Kademlia::on_peer_seen(const NodeHandle& node) {
  // A known node at another address has moved, or somebody relays it: asking there tells.
  const bool known = contacts_.find(node.id) != nullptr;
  maintenance_.prober().offer(node, known ? Urgency::announced : Urgency::later);
}

void Kademlia::on_peer_silent(const NodeId& id) {
  if (contacts_.suspect(id)) maintenance_.on_suspect(id);
}

void Kademlia::on_node_answered(const NodeHandle& node, Duration round_trip) {
  contacts_.add(node, round_trip, environment_.timers.now());
}

void Kademlia::on_node_named(const NodeHandle& node) { maintenance_.prober().offer(node, Urgency::soon); }

void Kademlia::on_ping(const rpc::Request& request, const wire::Ping& ping, const rpc::Responder& respond) {
  if (ping.joined) {
    // Whose address is not proven gets our answer and its cookie, and nothing else: the sender may be forged. It is
    // offered when it comes back with the cookie.
    if (request.address_proven) maintenance_.prober().offer(request.from, Urgency::announced);
    maintenance_.on_greeted(request.from.id);
  } else if (!joined()) {
    maintenance_.bootstrap().on_fellow(request.from.id);
  }
  respond(wire::MessageType::pong, wire::encode(wire::Pong{joined(), request.from.endpoints.front()}));
}

void Kademlia::on_find_node(const rpc::Request& request, const wire::FindNode& asked, const rpc::Responder& respond) {
  wire::Nodes nodes;
  for (const Contact* contact : contacts_.nearest(asked.target, asked.contacts_wanted, &request.from.id))
    nodes.contacts.push_back(contact->node);
  respond(wire::MessageType::nodes, wire::encode(nodes, request.answer_maximum_bytes));
}

// Sealed with the leaving node's own key: nobody else can say so.
void Kademlia::on_leave(const rpc::Request& request, const rpc::Responder& respond) {
  contacts_.remove(request.from.id);
  respond(wire::MessageType::left, wire::encode(wire::Left{}));
}

}  // namespace p2pns::kbr
