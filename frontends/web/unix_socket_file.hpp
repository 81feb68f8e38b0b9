// The file of a unix socket: making way for it, who may connect to it, and taking it away again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace p2pns::web {

/// Longest path of a unix socket (sun_path of Linux, less its final zero).
inline constexpr std::size_t unix_path_maximum_bytes = 107;

struct UnixSocketSettings {
  std::string path;
  std::optional<std::uint32_t> group{};  ///< its members may connect, beside the daemon's own user and root
};

/// Removes the socket that a daemon left behind which is gone. Returns why no socket can be made there, one sentence
/// with the path: somebody listens there, or it is no socket. Empty when there is room.
std::string make_way_for_socket(const std::string& path);
/// Mode 0660 and the group, for a socket that is bound but does not listen yet. Returns what failed, or nothing.
std::string restrict_socket(const UnixSocketSettings&);
/// Removes the socket at `path`.
void remove_socket(const std::string& path);

}  // namespace p2pns::web
