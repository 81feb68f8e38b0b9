// The file around user_store.cpp.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>

#include "core/crypto/wipe.hpp"
#include "frontends/sip/user_store.hpp"

namespace p2pns::sip {
namespace {

using plugins::ConfigError;
using plugins::ConfigResult;

constexpr std::string_view new_file =
    "# Phones that may register here, one a line: user::password, or user:realm:digest (frontends/sip/README.md).\n"
    "# alice::correct horse battery\n";

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const noexcept { return descriptor_; }
  bool is_open() const noexcept { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

ConfigError failed(const std::string& path, const char* what) { return {path + ": " + what + std::strerror(errno)}; }

ConfigResult<UserStore> make_file(const std::string& path) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file.is_open() || ::write(file.get(), new_file.data(), new_file.size()) != static_cast<ssize_t>(new_file.size()))
    return failed(path, "cannot be written: ");
  return {boost::system::in_place_value, UserStore{}};
}

}  // namespace

ConfigResult<UserStore> open_users_file(const std::string& path, const UserRules& rules) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return errno == ENOENT ? make_file(path) : failed(path, "cannot be read: ");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed(path, "cannot be read: ");
  if (!S_ISREG(status.st_mode)) return ConfigError{path + ": is no regular file"};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return ConfigError{path + ": other users can use these passwords; make it yours alone with: chmod 600 " + path};
  std::string text(users_file_maximum_bytes + 1, '\0');  // one more: too large is noticed
  const crypto::WipeGuard guard{std::as_writable_bytes(std::span{text})};
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + size, text.size() - size);
    if (count < 0) return failed(path, "cannot be read: ");
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  return parse_users(std::string_view{text}.substr(0, size), rules, path);
}

}  // namespace p2pns::sip
