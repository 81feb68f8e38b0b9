#include "plugins/api/private_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/random.h>
#include <sys/stat.h>

namespace p2pns::plugins {

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

ConfigError failed(const std::string& path, const char* what) { return {path + ": " + what + std::strerror(errno)}; }
ConfigError unreadable(const std::string& path) { return failed(path, "cannot be read: "); }
ConfigError unwritable(const std::string& path) { return failed(path, "cannot be written: "); }

/// Fills the room as far as the file goes; none when it cannot be read.
std::optional<std::size_t> read_all(const File& file, std::span<char> room) {
  std::size_t filled = 0;
  while (filled < room.size()) {
    const ssize_t count = ::read(file.get(), room.data() + filled, room.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

bool write_all(const File& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(file.get()) == 0;
}

/// What is written before it gets its name. Its own name is random: one that a crash left behind is in nobody's way,
/// also where every start has the same process id. It is gone when this dies, unless it was renamed.
class Draft {
 public:
  explicit Draft(const std::string& path) : name_(name_beside(path)), file_(make(name_)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (!file_.is_open()) return;
    const int reason = errno;  // of what went wrong before, which is still to be told
    ::unlink(name_.c_str());
    errno = reason;
  }

  bool is_open() const noexcept { return file_.is_open(); }
  bool write(std::string_view text) { return write_all(file_, text); }
  const char* name() const noexcept { return name_.c_str(); }

 private:
  static std::string name_beside(const std::string& path) {
    std::array<std::byte, 4> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) return {};
    return path + ".new-" + to_hex(random);
  }
  /// O_EXCL: a file that is there already might be open to others. An empty name makes none.
  static int make(const std::string& name) {
    return ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  }

  std::string name_;
  File file_;
};

/// A new name outlives a power loss only when its folder is on disk too. Some file systems cannot do this for folders.
void sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path{path}.parent_path();
  const File directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) ::fsync(directory.get());
}

}  // namespace

ConfigResult<std::optional<PrivateFile>> read_private_file(const std::string& path, std::size_t bytes_maximum,
                                                           OthersMay allowed) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<PrivateFile>{};
    return unreadable(path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return unreadable(path);
  if (!S_ISREG(status.st_mode)) return ConfigError{path + ": is no regular file"};
  const unsigned open_to = status.st_mode & (S_IRWXG | S_IRWXO);
  if ((open_to & ~static_cast<unsigned>(allowed)) != 0) return open_to_others(path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > bytes_maximum)
    return ConfigError{path + ": is larger than the " + std::to_string(bytes_maximum) + " bytes it may have"};
  PrivateFile result{crypto::SecretText(size), open_to};
  const auto count = read_all(file, result.text.room());
  if (!count) return unreadable(path);
  result.text.keep(*count);
  return std::optional{std::move(result)};
}

ConfigError open_to_others(const std::string& path) {
  return {path + ": other users can use this file; make it yours alone with: chmod 600 " + path};
}

std::string_view without_line_end(std::string_view text) noexcept {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

ConfigResult<void> check_private_file_place(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return ConfigError{path + ": exists already and is not overwritten"};
  const Draft draft(path);
  if (!draft.is_open()) return unwritable(path);
  return {};
}

ConfigResult<void> create_private_file(const std::string& path, std::string_view text) {
  Draft draft(path);
  if (!draft.is_open() || !draft.write(text)) return unwritable(path);
  // link() refuses to replace a file, which rename() does not.
  if (::link(draft.name(), path.c_str()) != 0)
    return errno == EEXIST ? ConfigError{path + ": exists already and is not overwritten"} : unwritable(path);
  sync_folder_of(path);
  return {};
}

ConfigResult<void> replace_private_file(const std::string& path, std::string_view text) {
  Draft draft(path);
  if (!draft.is_open() || !draft.write(text) || ::rename(draft.name(), path.c_str()) != 0) return unwritable(path);
  sync_folder_of(path);
  return {};
}

}  // namespace p2pns::plugins
