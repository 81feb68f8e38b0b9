#include "tests/unit/dht/dht_overlay.hpp"

#include <algorithm>

namespace p2pns::dht {
namespace {

// Puzzles of no bits are solved by anything.
crypto::Identity make_identity(Random& random) { return {crypto::KeyPair::generate(random), {}}; }

VerifiedRecord must_verify(SignedRecord record) {
  auto result = verify(std::move(record), crypto::SodiumVerifier{}, test_parameters(), test_wall);
  P2PNS_ASSERT(result);
  return std::move(*result);
}

}  // namespace

DhtNode::DhtNode(test::TestHost& test_host, Random& source, const crypto::NetworkParameters& parameters)
    : network(parameters),
      identity(make_identity(source)),
      host(test_host),
      random(source),
      wall_clock(host.timers(), test_wall),
      channel(network, identity, {host, random, sealer, host.timers(), wall_clock, log}),
      routing(channel, host.timers(), identity.node_id()),
      store(host.timers()) {
  switch_on();
}

void DhtNode::switch_on() {
  host.on_datagram([this](const Endpoint& from, Bytes datagram) { channel.on_datagram(from, datagram); });
  on = true;
}

DhtOverlay::DhtOverlay(std::size_t nodes, std::uint64_t seed, std::size_t liars, crypto::NetworkParameters parameters)
    : random(seed), network(seed), parameters_(std::move(parameters)) {
  for (std::size_t i = 0; i < nodes + liars; ++i) add_node(i >= nodes);
  for (const auto& node : nodes_) node->routing.set_joined(true);
  introduce();
}

DhtNode& DhtOverlay::add_node(bool liar) {
  const std::size_t index = nodes_.size();
  const auto number = std::to_string(index / 250) + "." + std::to_string(1 + index % 250);
  auto& host = network.add_host(test::endpoint("10.0." + number + ":4000"));
  nodes_.push_back(std::make_unique<DhtNode>(host, random, parameters_));
  DhtNode& node = *nodes_.back();
  node.routing.set_joined(false);
  if (!liar)
    node.dht = std::make_unique<KbrDht>(DhtEnvironment{node.channel, node.routing, node.store, node.verifier,
                                                       node.network, node.host.timers(), node.wall_clock, node.random});
  return node;
}

void DhtOverlay::introduce() {
  std::vector<wire::NodeHandle> all;
  for (const auto& node : nodes_)
    if (node->on) all.push_back(node->handle());
  for (const auto& node : nodes_) node->routing.know(all);
}

void DhtOverlay::start_replication() {
  for (const auto& node : nodes_)
    if (node->dht) node->dht->start_replication();
}

std::vector<DhtNode*> DhtOverlay::replicas_of(std::string_view label, std::size_t count) {
  const Key key = name_position("p2p", label, 0);
  std::vector<DhtNode*> nearest;
  for (const auto& node : nodes_) nearest.push_back(node.get());
  std::ranges::sort(nearest, [&key](const DhtNode* left, const DhtNode* right) {
    return closer(key, left->identity.node_id(), right->identity.node_id());
  });
  nearest.resize(std::min(count, nearest.size()));
  return nearest;
}

std::size_t DhtOverlay::holders(std::string_view label, const Owner& owner) {
  const Key key = name_position("p2p", label, 0);
  return static_cast<std::size_t>(std::ranges::count_if(nodes_, [&](const auto& node) {
    const auto record = node->store.find(key, RecordType::binding);
    return record && record->owner() == owner.keys.public_key();
  }));
}

std::uint64_t DhtOverlay::writes() const {
  std::uint64_t sum = 0;
  for (const auto& node : nodes_)
    if (node->dht) sum += node->dht->replica().counters().writes;
  return sum;
}

Result<PutReceipt> DhtOverlay::claim(std::size_t at, const Binding& binding, const Owner& owner) {
  std::optional<Result<PutReceipt>> result;
  const auto operation = node(at).dht->claim(binding, owner.signer,
                                             [&result](Result<PutReceipt> outcome) { result = std::move(outcome); });
  return wait_for(result);
}

Result<PutReceipt> DhtOverlay::renew(std::size_t at, const Binding& binding, const Owner& owner) {
  std::optional<Result<PutReceipt>> result;
  const auto operation = node(at).dht->renew(binding, owner.signer,
                                             [&result](Result<PutReceipt> outcome) { result = std::move(outcome); });
  return wait_for(result);
}

Result<Tally> DhtOverlay::release(std::size_t at, const Binding& binding, const Owner& owner) {
  std::optional<Result<Tally>> result;
  const auto operation =
      node(at).dht->release(binding, owner.signer, [&result](Result<Tally> outcome) { result = outcome; });
  return wait_for(result);
}

ReadResult DhtOverlay::get(std::size_t at, std::string_view label) {
  std::optional<ReadResult> result;
  const auto operation = node(at).dht->get(name_position("p2p", label, 0), RecordType::binding, read_time_out,
                                           [&result](ReadResult outcome) { result = std::move(outcome); });
  return wait_for(result);
}

void DhtOverlay::settle() {
  const bool settled = network.run_until(
      [this] {
        return std::ranges::all_of(nodes_, [](const auto& node) { return !node->dht || node->dht->under_way() == 0; });
      },
      std::chrono::minutes{2});
  EXPECT_TRUE(settled);
}

SignedRecord sign(const Binding& binding, const Owner& owner) { return sign(binding, owner.signer, test_parameters()); }

VerifiedRecord verified(const Binding& binding, const Owner& owner) { return must_verify(sign(binding, owner)); }

VerifiedRecord verified(const Withdrawal& withdrawal, const Owner& owner) {
  return must_verify(sign(withdrawal, owner.signer, test_parameters()));
}

Withdrawal withdrawal_of(const Binding& binding) {
  return {binding.zone, binding.label, binding.owner, binding.generation, binding.sequence, binding.not_after};
}

}  // namespace p2pns::dht
