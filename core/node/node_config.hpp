// NodeConfig: everything one node can be told. config/ fills it from YAML; tests and the simulator fill it by hand.
#pragma once

#include <vector>

#include "core/base/endpoint.hpp"
#include "core/crypto/network.hpp"
#include "core/names/name_limits.hpp"
#include "core/names/p2p_name.hpp"

namespace p2pns::node {

struct NodeConfig {
  crypto::NetworkParameters network;
  names::Zones zones;
  std::vector<Endpoint> seeds;
  bool seeds_to_come = false;      ///< Node::set_found_seeds will be called: without seeds, wait instead of beginning
  std::size_t disjoint_paths = 4;  ///< 1..16
  names::NameLimits names;
};

}  // namespace p2pns::node
