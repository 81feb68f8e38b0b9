// The front ends that are linked in. Which ones these are is said once, in the CMake variable P2PNS_FRONT_ENDS; the
// list is made from it (cmake/P2pnsFrontEnds.cmake).
#pragma once

#include "plugins/loader/loader.hpp"

namespace p2pns::daemon {

/// Lives as long as the process.
plugins::Plugins built_ins();

}  // namespace p2pns::daemon
