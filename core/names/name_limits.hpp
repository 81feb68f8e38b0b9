// Times and sizes of the name service; network and node parameters with the design's defaults.
#pragma once

#include <cstddef>

#include "core/base/time.hpp"

namespace p2pns::names {

struct NameLimits {
  /// A parameter of the network: nobody keeps a binding for longer without asking the replicas again. So a name that
  /// its owner moves to another node is found there by everybody after this.
  Duration stage1_life_maximum = std::chrono::hours{1};
  Duration stage1_life = std::chrono::hours{1};      ///< of this node; not more than stage1_life_maximum
  Duration address_life = std::chrono::seconds{60};  ///< stage 2 and 3: a hint, refreshed by asking the node again
  Duration negative_life = std::chrono::seconds{30};
  Duration resolution_time_out = std::chrono::seconds{10};
  std::size_t cache_entries_maximum = 65'536;  ///< about 1 kB each
  std::size_t owned_names_maximum = 10'000;
  std::chrono::days lease{30};
  std::chrono::days renew_every{7};
};

}  // namespace p2pns::names
