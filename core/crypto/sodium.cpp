#include "core/crypto/sodium.hpp"

#include "core/base/assert.hpp"

namespace p2pns::crypto::detail {

void prepare_sodium() {
  static const bool ready = sodium_init() >= 0;
  P2PNS_ASSERT(ready);
}

}  // namespace p2pns::crypto::detail
