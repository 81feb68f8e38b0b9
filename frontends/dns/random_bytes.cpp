#include "frontends/dns/random_bytes.hpp"

#include <sys/random.h>

#include "core/base/assert.hpp"

namespace p2pns::dns {

void fill_random(MutableBytes out) {
  P2PNS_ASSERT(getrandom(out.data(), out.size(), 0) == static_cast<ssize_t>(out.size()));
}

std::uint16_t random_id() {
  std::array<std::byte, 2> bytes;
  fill_random(bytes);
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[0]) << 8U | std::to_integer<unsigned>(bytes[1]));
}

}  // namespace p2pns::dns
