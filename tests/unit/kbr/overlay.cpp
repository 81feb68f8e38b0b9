#include "tests/unit/kbr/overlay.hpp"

#include <algorithm>

namespace p2pns::kbr::test {

crypto::NetworkParameters overlay_parameters() {
  crypto::NetworkParameters parameters;
  parameters.network_id = "kbr-test";
  parameters.puzzles = {2, 4};
  parameters.exempt_private_blocks = true;
  return parameters;
}

crypto::Identity identity_from(Random& random, const crypto::NetworkParameters& parameters) {
  const auto identity = crypto::Identity::generate(random, parameters.puzzles);
  P2PNS_ASSERT(identity);
  return *identity;
}

Endpoint address_of(std::size_t number) {
  return endpoint("10." + std::to_string(number / 250) + "." + std::to_string(number % 250) + ".1:4222");
}

NodeHandle stranger(SeededRandom& random, const Endpoint& at) {
  return wire::make_node_handle(random.value<crypto::PublicKey>(), {}, at);
}

NodeHandle stranger(SeededRandom& random) { return stranger(random, address_of(random.below(60'000))); }

ChannelNode::ChannelNode(TestNetwork& network, const Endpoint& at, std::uint64_t seed)
    : network_(network),
      host_(network.add_host(at)),
      random_(seed),
      parameters_(overlay_parameters()),
      identity_(identity_from(random_, parameters_)) {
  begin();
}

void ChannelNode::begin() {
  const auto running =
      std::chrono::duration_cast<std::chrono::milliseconds>(network_.now() - p2pns::test::network_start);
  wall_clock_.emplace(host_.timers(), wall_at_start + running);
  channel_ = std::make_unique<rpc::RpcChannel>(
      parameters_, identity_, rpc::ChannelEnvironment{host_, random_, sealer_, host_.timers(), *wall_clock_, log_});
  host_.on_datagram([this](const Endpoint& from, Bytes datagram) { channel_->on_datagram(from, datagram); });
}

ChannelNode::~ChannelNode() { stop(); }

void ChannelNode::stop() {
  host_.on_datagram(nullptr);
  channel_.reset();
}

NodeHandle ChannelNode::handle() const {
  return wire::make_node_handle(identity_.public_key(), identity_.puzzle(), host_.address());
}

OverlayNode::OverlayNode(TestNetwork& network, const Endpoint& at, std::uint64_t seed)
    : ChannelNode(network, at, seed),
      state_(host_.timers()),
      kademlia_(std::make_unique<Kademlia>(parameters_, identity_,
                                           KademliaEnvironment{*channel_, host_.timers(), random_, log_, state_})) {}

OverlayNode::~OverlayNode() { die(); }

void OverlayNode::die() {
  kademlia_.reset();
  stop();
}

void OverlayNode::restart() {
  die();
  begin();
  kademlia_ = std::make_unique<Kademlia>(parameters_, identity_,
                                         KademliaEnvironment{*channel_, host_.timers(), random_, log_, state_});
}

std::vector<NodeId> Found::ids() const {
  std::vector<NodeId> ids;
  if (ok())
    for (const LookupAnswer& answer : result->answers) ids.push_back(answer.node.id);
  return ids;
}

OverlayNode& Overlay::add() {
  nodes.push_back(std::make_unique<OverlayNode>(network, address_of(nodes.size()), random_.next()));
  return *nodes.back();
}

void Overlay::grow(std::size_t count, Duration pause) {
  for (std::size_t i = 0; i < count; ++i) {
    OverlayNode& node = add();
    std::vector<Endpoint> seeds;
    if (nodes.size() > 1) seeds.push_back(nodes[random_.below(nodes.size() - 1)]->host().address());
    node.kademlia().start(std::move(seeds));
    network.run_for(pause);
    network.clear_captured();
  }
}

bool Overlay::wait_until_joined(Duration limit) {
  return network.run_until(
      [this] {
        return std::ranges::all_of(nodes, [](const auto& node) { return !node->alive() || node->kademlia().joined(); });
      },
      limit);
}

std::shared_ptr<Found> Overlay::start_lookup(OverlayNode& from, const Key& key, const LookupOptions& options) {
  auto found = std::make_shared<Found>();
  found->operation = from.kademlia().lookup(key, options, [weak = std::weak_ptr{found}](LookupResult result) {
    const auto alive = weak.lock();
    P2PNS_ASSERT(alive && !alive->result);
    alive->result = std::move(result);
  });
  P2PNS_ASSERT(!found->done());
  return found;
}

std::shared_ptr<Found> Overlay::lookup(OverlayNode& from, const Key& key, const LookupOptions& options) {
  auto found = start_lookup(from, key, options);
  network.run_until([found] { return found->done(); });
  network.clear_captured();
  return found;
}

OverlayNode& Overlay::any_alive() {
  for (;;)
    if (OverlayNode& node = *nodes[random_.below(nodes.size())]; node.alive()) return node;
}

std::vector<NodeId> Overlay::nearest(const Key& key, std::size_t count) const {
  std::vector<NodeId> ids;
  for (const auto& node : nodes)
    if (node->alive()) ids.push_back(node->id());
  std::ranges::sort(ids, [&key](const NodeId& left, const NodeId& right) { return closer(key, left, right); });
  ids.resize(std::min(count, ids.size()));
  return ids;
}

std::vector<NodeId> Overlay::nearest_others(const NodeId& id, std::size_t count) const {
  std::vector<NodeId> ids = nearest(id, count + 1);
  std::erase(ids, id);
  ids.resize(std::min(count, ids.size()));
  return ids;
}

std::size_t Overlay::wrong_neighbourhoods(std::size_t count) const {
  return static_cast<std::size_t>(std::ranges::count_if(nodes, [&](const auto& node) {
    if (!node->alive()) return false;
    std::vector<NodeId> known;
    for (const NodeHandle& neighbour : node->kademlia().neighbour_set(count)) known.push_back(neighbour.id);
    return known != nearest_others(node->id(), count);
  }));
}

}  // namespace p2pns::kbr::test
