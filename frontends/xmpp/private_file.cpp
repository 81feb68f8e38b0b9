#include "frontends/xmpp/private_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

#include "core/base/printable.hpp"

namespace p2pns::xmpp {

using plugins::ConfigError;
using plugins::ConfigResult;

namespace {

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

ConfigError unreadable(const std::string& path) { return {path + ": cannot be read: " + std::strerror(errno)}; }

bool write_all(const File& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(file.get()) == 0;
}

}  // namespace

ConfigResult<std::optional<std::string>> read_private_file(const std::string& path, std::size_t bytes_maximum) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>{};
    return unreadable(path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return unreadable(path);
  if (!S_ISREG(status.st_mode)) return ConfigError{path + ": is no regular file"};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return ConfigError{path + ": other users can use this file; make it yours alone with: chmod 600 " + path};
  if (static_cast<std::size_t>(status.st_size) > bytes_maximum)
    return ConfigError{path + ": is larger than " + std::to_string(bytes_maximum) + " bytes"};
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  text.resize(filled);
  return std::optional{std::move(text)};
}

bool replace_private_file(const std::string& path, std::string_view text) {
  const std::string draft = path + ".new-" + std::to_string(::getpid());
  {
    const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file.is_open()) return false;
    if (!write_all(file, text) || ::rename(draft.c_str(), path.c_str()) != 0) {
      ::unlink(draft.c_str());
      return false;
    }
  }
  const auto folder = std::filesystem::path{path}.parent_path();
  const File directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) ::fsync(directory.get());
  return true;
}

ConfigResult<std::string> read_component_secret(const std::string& path) {
  constexpr std::size_t line_end_maximum = 2;
  auto read = read_private_file(path, secret_maximum_bytes + line_end_maximum);
  if (!read) return read.error();
  if (!*read)
    return ConfigError{path +
                       ": does not exist; it should hold the secret that the XMPP server has for the component, "
                       "in one line, mode 0600"};
  std::string secret = std::move(**read);
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty() || secret.size() > secret_maximum_bytes || std::ranges::any_of(secret, is_control))
    return ConfigError{path + ": is no secret, one line of 1 to " + std::to_string(secret_maximum_bytes) +
                       " characters"};
  return {boost::system::in_place_value, std::move(secret)};
}

}  // namespace p2pns::xmpp
