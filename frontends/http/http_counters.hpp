// HttpCounters: what became of requests, for metrics.
#pragma once

#include <array>
#include <cstdint>

namespace p2pns::http {

struct HttpCounters {
  std::array<std::uint64_t, 5> answers_by_class{};  ///< 1xx to 5xx
  std::uint64_t writes_unauthorized = 0;            ///< no token, or a wrong one
  std::uint64_t requests_forbidden = 0;             ///< from another machine, or through another site's page
  std::uint64_t lookups_over_limit = 0;
};

}  // namespace p2pns::http
