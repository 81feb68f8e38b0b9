#include "frontends/sip/system_random.hpp"

#include <algorithm>
#include <sys/random.h>

#include "core/base/assert.hpp"

namespace p2pns::sip {

void SystemRandom::fill(MutableBytes out) {
  constexpr std::size_t bytes_per_call = 256;  // so many the system gives at once or not at all
  while (!out.empty()) {
    const std::size_t size = std::min(out.size(), bytes_per_call);
    P2PNS_ASSERT(getrandom(out.data(), size, 0) == static_cast<ssize_t>(size));
    out = out.subspan(size);
  }
}

}  // namespace p2pns::sip
