#include "core/crypto/wipe.hpp"

#include <sodium.h>

namespace p2pns::crypto {

void wipe(MutableBytes secret) noexcept { sodium_memzero(secret.data(), secret.size()); }

}  // namespace p2pns::crypto
