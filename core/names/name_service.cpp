#include "core/names/name_service.hpp"

namespace p2pns::names {

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::found:
      return "found";
    case Outcome::no_such_name:
      return "no such name";
    case Outcome::contested:
      return "contested";
    case Outcome::not_reachable:
      return "overlay not reachable";
    case Outcome::timed_out:
      return "timed out";
    case Outcome::owner_offline:
      return "owner offline";
  }
  return "unknown";
}

// The draft's "not registered" is a statement about the name; only a majority of replicas can make it. A registered
// name whose owner is away is no such statement, so it counts with what may be different in a minute.
ResultCode result_code(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::found:
      return ResultCode::ok;
    case Outcome::no_such_name:
      return ResultCode::refused;
    default:
      return ResultCode::overlay_unavailable;
  }
}

// Everything this node or the owner can put right by another choice is a refusal; what only the overlay can put right
// is not.
ResultCode result_code(boost::system::error_code error) noexcept {
  if (!error) return ResultCode::ok;
  if (error == Errc::no_peers || error == Errc::not_reachable || error == Errc::timed_out ||
      error == Errc::overloaded || error == Errc::cancelled)
    return ResultCode::overlay_unavailable;
  return ResultCode::refused;
}

}  // namespace p2pns::names
