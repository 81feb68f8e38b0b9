#include "core/kbr/lookup_pool.hpp"

#include <algorithm>

namespace p2pns::kbr {
namespace {

void add_addresses(PoolNode& known, const NodeHandle& named) {
  auto& endpoints = known.node.endpoints;
  for (const Endpoint& endpoint : named.endpoints)
    if (endpoints.size() < endpoints.capacity() && std::ranges::find(endpoints, endpoint) == endpoints.end())
      endpoints.push_back(endpoint);
  if (known.state == NodeState::failed && known.addresses_tried < endpoints.size()) known.state = NodeState::fresh;
}

}  // namespace

LookupPool::Named LookupPool::name(const NodeHandle& node) {
  const auto place = std::ranges::partition_point(
      order_, [&](PoolIndex index) { return closer(target_, nodes_[index].node.id, node.id); });
  if (place != order_.end() && nodes_[*place].node.id == node.id) {
    add_addresses(nodes_[*place], node);
    return {*place, false};
  }
  const auto index = static_cast<PoolIndex>(nodes_.size());
  nodes_.emplace_back().node = node;
  order_.insert(place, index);
  return {index, true};
}

void LookupPool::fail(PoolIndex index) {
  PoolNode& node = nodes_[index];
  node.slow = false;
  node.state = node.addresses_tried < node.node.endpoints.size() ? NodeState::fresh : NodeState::failed;
}

NodeHandle LookupPool::take_untried(PoolIndex index) {
  PoolNode& node = nodes_[index];
  NodeHandle to = node.node;
  to.endpoints.clear();
  for (std::size_t i = node.addresses_tried; i < node.node.endpoints.size(); ++i)
    to.endpoints.push_back(node.node.endpoints[i]);
  node.addresses_tried = node.node.endpoints.size();
  return to;
}

}  // namespace p2pns::kbr
