#include "frontends/sip/best_response.hpp"

namespace p2pns::sip {

namespace {

/// Lower is better. 6xx speak for the callee wherever she is; in their class, those come first that tell the caller
/// what to change, and those last that mean that one device was not there.
int rank(int status) {
  if (status >= 600) return 0;
  const int by_class = status / 100 * 10;
  switch (status) {
    case 401:
    case 407:
    case 415:
    case 420:
    case 484:
      return by_class;
    case 408:
    case 480:
    case 487:
      return by_class + 2;
    default:
      return by_class + 1;
  }
}

}  // namespace

bool is_better_response(int candidate, int current) noexcept { return rank(candidate) < rank(current); }

int forwarded_status(int status) noexcept { return status == 503 ? 500 : status; }

}  // namespace p2pns::sip
