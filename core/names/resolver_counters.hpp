// ResolverCounters: how questions for names were answered.
#pragma once

#include <cstdint>

namespace p2pns::names {

struct ResolverCounters {
  std::uint64_t from_memory = 0;  ///< own names and cache hits
  std::uint64_t resolutions = 0;  ///< started
  std::uint64_t joined = 0;       ///< callers that joined one under way
  std::uint64_t turned_away = 0;  ///< over a maximum
};

}  // namespace p2pns::names
