#include "core/node/node.hpp"

#include "core/dht/kbr_dht.hpp"
#include "core/kbr/kademlia.hpp"
#include "core/names/dht_name_service.hpp"

namespace p2pns::node {
namespace {

/// An address that seems to change all the time (two uplinks, one NAT in front of another) must not make a flood.
constexpr Duration observed_announce_pause = std::chrono::seconds{10};

}  // namespace

/// The layers from left to right, each with references to those before it. Destroyed from right to left.
class Node::Implementation final : public names::NodeFacts {
 public:
  Implementation(const NodeConfig& config, const crypto::Identity& identity, const crypto::Signer& owner,
                 const Environment& environment, UnixTime wall)
      : network(config.network),
        seeds(config.seeds),
        seeds_to_come(config.seeds_to_come),
        timers(environment.timers),
        wall_clock(timers, wall),
        self(identity),
        channel(network, self,
                {environment.transport, environment.random, environment.sealer, timers, wall_clock, environment.log}),
        routing(network, self, {channel, timers, environment.random, environment.log, environment.state}),
        dht({channel, routing, environment.store, environment.verifier, network, timers, wall_clock,
             environment.random},
            config.disjoint_paths),
        names(network, config.zones, config.names,
              {routing, channel, dht, environment.verifier, self, owner, *this, timers, wall_clock, environment.random,
               environment.state, environment.log}),
        store(environment.store) {
    routing.on_observed_address([this](const Endpoint&) { on_observed_address(); });
  }

  wire::NodeHandle own_handle() const override {
    wire::NodeHandle handle{self.node_id(), self.public_key(), self.puzzle(), {}};
    if (fixed_address) {
      handle.endpoints.push_back(*fixed_address);
      return handle;
    }
    for (const IpFamily family : {IpFamily::v4, IpFamily::v6})
      if (const auto seen = routing.observed_address(family)) handle.endpoints.push_back(*seen);
    return handle;
  }

  names::NodeNumbers numbers() const override {
    auto observed = routing.observed_address(IpFamily::v4);
    if (!observed) observed = routing.observed_address(IpFamily::v6);
    return {routing.known_nodes(),    store.size(),       dht.replica().counters().writes, observed, dht.replication(),
            dht.replica().counters(), dht.counters().lies};
  }

  /// Whoever knew this node at the address before cannot reach it now, also when it listens at a fixed address behind a
  /// NAT. The first address is no change: joining has told it.
  void on_observed_address() {
    if (!std::exchange(observed_before, true)) return;
    const TimePoint now = timers.now();
    observed_timer = timers.at(announced_at ? std::max(now, *announced_at + observed_announce_pause) : now, [this] {
      announced_at = timers.now();
      routing.announce();
    });
  }

  const crypto::NetworkParameters network;
  const std::vector<Endpoint> seeds;
  const bool seeds_to_come;
  TimerQueue& timers;
  WallClock wall_clock;
  const crypto::Identity self;
  rpc::RpcChannel channel;
  kbr::Kademlia routing;
  dht::KbrDht dht;
  names::DhtNameService names;
  const dht::RecordStore& store;
  std::optional<Endpoint> fixed_address;
  bool observed_before = false;
  std::optional<TimePoint> announced_at;  // because of an observed change
  Timer observed_timer;
};

Node::Node(const NodeConfig& config, const crypto::Identity& identity, const crypto::Signer& owner,
           const Environment& environment, UnixTime wall)
    : implementation_(std::make_unique<Implementation>(config, identity, owner, environment, wall)) {}

Node::~Node() = default;

void Node::start() {
  implementation_->dht.start_replication();
  implementation_->routing.start(implementation_->seeds, implementation_->seeds_to_come);
}

void Node::leave(Callback<void()> done) {
  implementation_->routing.leave();
  implementation_->dht.hand_over(std::move(done));
}

void Node::set_found_seeds(std::span<const Endpoint> found) { implementation_->routing.set_found_seeds(found); }

void Node::on_datagram(TimePoint now, const Endpoint& from, Bytes datagram) {
  implementation_->timers.advance_to(now);
  implementation_->channel.on_datagram(from, datagram);
}

void Node::on_time(TimePoint now) { implementation_->timers.advance_to(now); }

std::optional<TimePoint> Node::next_deadline() const { return implementation_->timers.next_deadline(); }

void Node::set_wall_clock(UnixTime wall) { implementation_->wall_clock.set(wall); }

void Node::set_own_address(const std::optional<Endpoint>& address) { implementation_->fixed_address = address; }

void Node::announce_address() { implementation_->routing.announce(); }

names::NameService& Node::names() { return implementation_->names; }
const names::NameService& Node::names() const { return implementation_->names; }
const kbr::KeyBasedRouting& Node::routing() const { return implementation_->routing; }

}  // namespace p2pns::node
