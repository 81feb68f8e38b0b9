// Bucket: k contacts of one distance range, oldest proven first, with a replacement cache for newcomers (Kademlia 2002,
// section 2.2 and 4.1). Long-lived contacts are kept: what has been up long will likely stay up.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/base/time.hpp"
#include "core/kbr/key_based_routing.hpp"

namespace p2pns::kbr {

inline constexpr std::size_t bucket_size = 16;                // k
inline constexpr std::size_t replacements_maximum = 16;       // as many as the bucket itself
inline constexpr std::size_t contacts_per_block_maximum = 2;  // of one /24 or /48 in one bucket
/// Calls in a row without an answer until a contact is dropped (each call is already sent twice).
inline constexpr int silences_until_dropped = 2;

struct Contact {
  NodeHandle node;
  TimePoint last_answer{};
  Duration round_trip{0};
  int silences = 0;
};

}  // namespace p2pns::kbr
