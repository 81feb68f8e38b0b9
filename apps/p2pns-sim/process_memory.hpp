// Resident memory of this process, for figures that are printed beside a run.
#pragma once

#include <cstddef>

namespace p2pns::sim {

/// Bytes, from /proc/self/statm; 0 where that does not exist.
std::size_t resident_bytes();

}  // namespace p2pns::sim
