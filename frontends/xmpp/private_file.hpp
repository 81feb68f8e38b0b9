// private_file: files that only the daemon's user may read: the component's secret, the accounts.
#pragma once

#include <optional>
#include <string>

#include "plugins/api/config_node.hpp"

namespace p2pns::xmpp {

/// None when there is no such file. Errors, each one sentence with the path: others can use it, it is no regular file,
/// larger than the maximum, cannot be read.
plugins::ConfigResult<std::optional<std::string>> read_private_file(const std::string& path, std::size_t bytes_maximum);

/// Replaces the file as a whole, mode 0600, on disk when it returns. False when the system refuses.
bool replace_private_file(const std::string& path, std::string_view text);

/// Of the component's secret; servers set no limit, and people type it into two files.
inline constexpr std::size_t secret_maximum_bytes = 256;
/// The one line of the file. Errors: as above, and no file, no line, more than one, too long.
plugins::ConfigResult<std::string> read_component_secret(const std::string& path);

}  // namespace p2pns::xmpp
