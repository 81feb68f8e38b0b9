// P2PNS_ASSERT: a broken promise of our own code. Stays on in release builds. Never used for input from outside:
// hostile or unlucky input is a Result (see result.hpp).
#pragma once

namespace p2pns::detail {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;
}

#define P2PNS_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::p2pns::detail::assertion_failed(#expression, __FILE__, __LINE__))
