#include "frontends/web/unix_socket_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace p2pns::web {

namespace {

std::string reason() { return std::strerror(errno); }

/// 0 when somebody answers, otherwise why not (errno).
int try_to_connect(const std::string& path) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno;
  union {
    sockaddr any;
    sockaddr_un local;
  } address{};
  address.local.sun_family = AF_UNIX;
  std::memcpy(address.local.sun_path, path.data(), std::min(path.size(), unix_path_maximum_bytes));
  const int error = ::connect(probe, &address.any, sizeof address.local) == 0 ? 0 : errno;
  ::close(probe);
  return error == EAGAIN ? 0 : error;  // its queue is full: somebody is there, and busy
}

}  // namespace

std::string make_way_for_socket(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};  // bind() will say what else is wrong
  if (!S_ISSOCK(status.st_mode)) return path + ": exists and is no socket; it is not replaced";
  switch (const int error = try_to_connect(path)) {
    case 0:
      return path + ": another program listens there";
    case ECONNREFUSED:
      return ::unlink(path.c_str()) == 0 ? std::string{} : path + ": an old socket cannot be removed: " + reason();
    default:
      return path + ": " + std::strerror(error);
  }
}

std::string restrict_socket(const UnixSocketSettings& settings) {
  constexpr auto keep_user = static_cast<uid_t>(-1);
  if (settings.group && ::lchown(settings.path.c_str(), keep_user, *settings.group) != 0)
    return settings.path + ": cannot be given to group " + std::to_string(*settings.group) + ": " + reason();
  if (::chmod(settings.path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0)
    return settings.path + ": its mode cannot be set: " + reason();
  return {};
}

void remove_socket(const std::string& path) { ::unlink(path.c_str()); }

}  // namespace p2pns::web
