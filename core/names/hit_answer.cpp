#include "core/names/hit_answer.hpp"

namespace p2pns::names {

std::string_view to_string(HitOutcome outcome) noexcept {
  switch (outcome) {
    case HitOutcome::found:
      return "found";
    case HitOutcome::unknown:
      return "unknown";
    case HitOutcome::revoked:
      return "revoked";
    case HitOutcome::not_reachable:
      return "overlay not reachable";
    case HitOutcome::timed_out:
      return "timed out";
  }
  return "unknown";
}

std::string_view to_string(WeakOutcome outcome) noexcept {
  switch (outcome) {
    case WeakOutcome::found:
      return "found";
    case WeakOutcome::unknown:
      return "unknown";
    case WeakOutcome::not_reachable:
      return "overlay not reachable";
    case WeakOutcome::timed_out:
      return "timed out";
  }
  return "unknown";
}

}  // namespace p2pns::names
