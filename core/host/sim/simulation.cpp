#include "core/host/sim/simulation.hpp"

#include "core/base/assert.hpp"
#include "core/crypto/seal.hpp"
#include "core/store/memory_record_store.hpp"
#include "core/store/memory_state_store.hpp"

namespace p2pns::host {
namespace {

constexpr std::uint16_t simulated_port = 4222;
/// 2026-01-01 00:00 UTC: any fixed day will do, and a fixed one is the same in every run.
constexpr UnixTime simulated_epoch{std::chrono::milliseconds{1'767'225'600'000}};
/// Where the message type stands in a datagram (core/wire/datagram.hpp).
constexpr std::size_t type_offset = 1;
constexpr Duration batch = std::chrono::milliseconds{1};

/// Every node sits in a /24 of its own, so that address-block limits do not distort a simulation without such
/// attackers.
Endpoint address_of(std::uint32_t number) {
  Endpoint endpoint;
  endpoint.address.octets[0] = static_cast<std::byte>(20 + (number >> 16) % 100);
  endpoint.address.octets[1] = static_cast<std::byte>(number >> 8);
  endpoint.address.octets[2] = static_cast<std::byte>(number);
  endpoint.address.octets[3] = std::byte{1};
  endpoint.port = simulated_port;
  return endpoint;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) { return splitmix64(hash ^ value); }

}  // namespace

/// One node and its world.
class Simulation::Host final : public Transport {
 public:
  Host(Simulation& simulation, std::uint32_t number, const node::NodeConfig& config)
      : endpoint(address_of(simulation.next_address_++)),
        simulation_(simulation),
        number_(number),
        random_(mix(simulation.config_.seed, number)),
        timers_(simulation.now_),
        store_(timers_),
        state_(timers_) {
    const auto identity = crypto::Identity::generate(random_, config.network.puzzles);
    P2PNS_ASSERT(identity);
    identity_.emplace(*identity);
    owner.emplace(identity->keys());
    begin(config);
  }

  /// A new node with the same keys and whatever the stores hold.
  void begin(const node::NodeConfig& config) {
    node.reset();
    timers_.advance_to(simulation_.now_);
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(simulation_.now_.time_since_epoch());
    const node::Environment environment{timers_, *this, random_, verifier_, sealer_, store_, state_, simulation_.log_};
    node = std::make_unique<node::Node>(config, *identity_, *owner, environment, simulated_epoch + elapsed);
    node->set_own_address(endpoint);
  }

  void send(const Endpoint& to, Bytes datagram) override { simulation_.transmit(number_, to, datagram); }

  const dht::RecordStore& store() const noexcept { return store_; }

  Endpoint endpoint;
  bool alive = true;
  std::optional<TimePoint> armed_for;
  std::optional<crypto::KeyPairSigner> owner;  // the node's own key
  std::unique_ptr<node::Node> node;

 private:
  Simulation& simulation_;
  std::uint32_t number_;
  SeededRandom random_;
  std::optional<crypto::Identity> identity_;
  crypto::SodiumVerifier verifier_;
  crypto::SodiumSealer sealer_;
  TimerQueue timers_;
  store::MemoryRecordStore store_;
  store::MemoryStateStore state_;
};

Simulation::Simulation(const SimulationConfig& config, Log& log)
    : config_(config), log_(log), random_(config.seed), network_(config.network, config.seed) {}

Simulation::~Simulation() {
  // Nodes first: they still know their hosts' stores and timers.
  for (const auto& host : hosts_) host->node.reset();
}

std::uint32_t Simulation::add_node(const std::vector<Endpoint>& seeds) {
  P2PNS_ASSERT(hosts_.size() < simulated_nodes_maximum);
  const auto number = static_cast<std::uint32_t>(hosts_.size());
  node::NodeConfig config = config_.node;
  config.seeds = seeds;
  hosts_.push_back(std::make_unique<Host>(*this, number, config));
  addresses_[hosts_.back()->endpoint] = number;
  hosts_.back()->node->start();
  arm(number);
  return number;
}

void Simulation::stop_node(std::uint32_t node) {
  hosts_[node]->alive = false;
  addresses_.erase(hosts_[node]->endpoint);
}

bool Simulation::leave_node(std::uint32_t node, Duration limit) {
  Host& host = *hosts_[node];
  const auto done = std::make_shared<bool>(false);  // the node may live longer than this call
  host.node->on_time(now_);
  host.node->leave([done] { *done = true; });
  arm(node);
  run_until([&done] { return *done; }, limit);
  stop_node(node);
  return *done;
}

void Simulation::restart_node(std::uint32_t node, const std::vector<Endpoint>& seeds) {
  Host& host = *hosts_[node];
  node::NodeConfig config = config_.node;
  config.seeds = seeds;
  host.begin(config);
  host.alive = true;
  host.armed_for.reset();
  addresses_[host.endpoint] = node;
  host.node->start();
  arm(node);
}

void Simulation::move_node(std::uint32_t node) {
  Host& host = *hosts_[node];
  addresses_.erase(host.endpoint);
  host.endpoint = address_of(next_address_++);
  addresses_[host.endpoint] = node;
  host.node->on_time(now_);
  host.node->set_own_address(host.endpoint);
  host.node->announce_address();
  arm(node);
}

void Simulation::transmit(std::uint32_t from, const Endpoint& to, Bytes datagram) {
  ++datagrams_;
  datagram_bytes_ += datagram.size();
  bytes_by_type_[std::to_integer<std::uint8_t>(datagram[type_offset])] += datagram.size();
  const auto receiver = addresses_.find(to);
  const std::uint32_t number = receiver == addresses_.end() ? UINT32_MAX : receiver->second;
  const auto delay = number == UINT32_MAX ? std::nullopt : network_.carry(from, number);
  record(from, number, !delay, datagram);
  if (!delay) return;
  events_.push({now_ + *delay, 0, Event::Kind::deliver, number, hosts_[from]->endpoint, copy_of(datagram)});
}

void Simulation::record(std::uint32_t from, std::uint32_t to, bool lost, Bytes datagram) {
  std::uint64_t hash = mix(trace_hash_, static_cast<std::uint64_t>(now_.time_since_epoch().count()));
  hash = mix(hash, std::uint64_t{from} << 32 | to);
  hash = mix(hash, datagram.size() << 1 | (lost ? 1U : 0U));
  for (std::size_t at = 0; at < datagram.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, datagram.data() + at, std::min(sizeof word, datagram.size() - at));
    hash = (hash ^ word) * 0x100000001b3ULL;
  }
  trace_hash_ = hash;
}

void Simulation::arm(std::uint32_t node) {
  Host& host = *hosts_[node];
  const auto deadline = host.node->next_deadline();
  // A wake that is already under way earlier will ask again; only an earlier deadline needs one more.
  if (!deadline || (host.armed_for && *host.armed_for <= *deadline)) return;
  host.armed_for = std::max(*deadline, now_);
  events_.push({*host.armed_for, 0, Event::Kind::wake, node, {}, {}});
}

void Simulation::handle(Event& event) {
  Host& host = *hosts_[event.node];
  if (!host.alive) return;
  if (event.kind == Event::Kind::wake) {
    if (host.armed_for != event.at) return;  // overtaken by an earlier one
    host.armed_for.reset();
    host.node->on_time(now_);
  } else {
    host.node->on_datagram(now_, event.from, event.datagram);
  }
  arm(event.node);
}

bool Simulation::run_until(const std::function<bool()>& done, Duration limit) {
  const TimePoint end = now_ + limit;
  while (!done()) {
    if (events_.empty() || events_.next_time() > end) {
      now_ = end;
      return done();
    }
    const TimePoint batch_end = std::min(end, events_.next_time() + batch);
    while (!events_.empty() && events_.next_time() <= batch_end) {
      Event event = events_.pop();
      now_ = std::max(now_, event.at);
      handle(event);
    }
  }
  return true;
}

void Simulation::run_for(Duration duration) {
  run_until([] { return false; }, duration);
}

void Simulation::with_names(std::uint32_t node, const std::function<void(names::NameService&)>& use) {
  Host& host = *hosts_[node];
  host.node->on_time(now_);
  use(host.node->names());
  arm(node);
}

const node::Node& Simulation::node(std::uint32_t node) const { return *hosts_[node]->node; }
const dht::RecordStore& Simulation::store(std::uint32_t node) const { return hosts_[node]->store(); }
Endpoint Simulation::endpoint(std::uint32_t node) const { return hosts_[node]->endpoint; }
bool Simulation::alive(std::uint32_t node) const { return hosts_[node]->alive; }

}  // namespace p2pns::host
