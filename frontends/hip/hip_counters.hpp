// HipCounters: what became of calls, for metrics.
#pragma once

#include <array>
#include <cstdint>

namespace p2pns::hip {

struct HipCounters {
  std::array<std::uint64_t, 4> put_codes{};   ///< answers to put, put_removable and rm, by code
  std::array<std::uint64_t, 3> registered{};  ///< answers to register, by code
  std::array<std::uint64_t, 3> resolved{};    ///< answers to resolve, by code
  std::uint64_t gets_found = 0;
  std::uint64_t gets_missed = 0;          ///< answered with no value; it may have been found later
  std::uint64_t faults = 0;               ///< calls that are none, or cannot be done
  std::uint64_t requests_refused = 0;     ///< by their HTTP alone: path, method, type, who asks
  std::uint64_t writes_unauthorized = 0;  ///< register without the token, or with a wrong one
  std::uint64_t puts_from_elsewhere = 0;  ///< packets that came from none of the addresses in them
  std::uint64_t puts_over_limit = 0;      ///< of remote callers who put too often
  std::uint64_t calls_over_limit = 0;
};

}  // namespace p2pns::hip
