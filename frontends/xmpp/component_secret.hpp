// The component's secret: one line in a file that only the daemon's user may read.
#pragma once

#include <string>

#include "plugins/api/config_node.hpp"

namespace p2pns::xmpp {

/// Servers set no limit, and people type it into two files.
inline constexpr std::size_t secret_maximum_bytes = 256;
/// The one line of the file. Errors, each one sentence with the path: no file, others can use it, no line, more than
/// one, too long.
plugins::ConfigResult<std::string> read_component_secret(const std::string& path);

}  // namespace p2pns::xmpp
