#include "core/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace p2pns::detail {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "p2pns: broken promise: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace p2pns::detail
