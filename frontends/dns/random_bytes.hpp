// Unpredictable numbers for question ids and probe names, from the operating system.
#pragma once

#include "core/base/bytes.hpp"

namespace p2pns::dns {

/// At most 256 bytes: so many the system gives at once or not at all.
void fill_random(MutableBytes);
std::uint16_t random_id();

}  // namespace p2pns::dns
