// Comparing secrets without telling through the time it takes how far they are equal.
#pragma once

#include "core/base/bytes.hpp"

namespace p2pns::crypto {

/// Takes the same time for all contents of one length; the lengths are no secret.
bool equal_in_constant_time(Bytes left, Bytes right) noexcept;

}  // namespace p2pns::crypto
