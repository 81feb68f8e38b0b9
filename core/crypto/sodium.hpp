// Private to core/crypto: libsodium's byte type and its initialisation.
#pragma once

#include <sodium.h>

#include "core/base/bytes.hpp"

namespace p2pns::crypto::detail {

/// Must run before any other call of the library: it selects the fastest code for this processor. Cheap afterwards.
void prepare_sodium();

inline const unsigned char* in(Bytes bytes) noexcept { return reinterpret_cast<const unsigned char*>(bytes.data()); }
inline unsigned char* out(MutableBytes bytes) noexcept { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace p2pns::crypto::detail
