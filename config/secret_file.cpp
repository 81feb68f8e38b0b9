#include "config/secret_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

namespace p2pns::config {

namespace {

std::string reason() { return std::strerror(errno); }

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

/// What is written before it gets its name.
std::string draft_of(const std::string& path) { return path + ".new-" + std::to_string(::getpid()); }

int make_draft(const std::string& draft) {
  return ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
}

}  // namespace

ConfigResult<std::optional<SecretFile>> read_secret_file(const std::string& path, std::size_t bytes_maximum) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<SecretFile>{};
    return ConfigError{path + ": cannot be read: " + reason()};
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return ConfigError{path + ": cannot be read: " + reason()};
  if (!S_ISREG(status.st_mode)) return ConfigError{path + ": is no regular file"};
  SecretFile result{SecretText(bytes_maximum + 1), status.st_mode & (S_IRWXG | S_IRWXO)};
  const auto count = read_all(file, result.text.room());
  if (!count) return ConfigError{path + ": cannot be read: " + reason()};
  if (*count > bytes_maximum) return ConfigError{path + ": is larger than " + std::to_string(bytes_maximum) + " bytes"};
  result.text.keep(*count);
  return std::optional{std::move(result)};
}

ConfigError open_to_others(const std::string& path) {
  return {path + ": other users can use this file; make it yours alone with: chmod 600 " + path};
}

ConfigResult<void> check_key_file_place(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return ConfigError{path + ": exists already and is not overwritten"};
  const std::string draft = draft_of(path);
  const File file(make_draft(draft));
  if (!file.is_open()) return ConfigError{path + ": cannot be written: " + reason()};
  ::unlink(draft.c_str());
  return {};
}

ConfigResult<void> save_new_secret_file(const std::string& path, std::string_view text) {
  // Written beside its place and then linked to it: link() refuses to replace a file, and a power loss never leaves
  // half a key behind.
  const std::string draft = draft_of(path);
  const File file(make_draft(draft));
  if (!file.is_open()) return ConfigError{path + ": cannot be written: " + reason()};
  std::string error;
  if (!write_all(file, text))
    error = "cannot be written: " + reason();
  else if (::link(draft.c_str(), path.c_str()) != 0)
    error = errno == EEXIST ? "exists already and is not overwritten" : "cannot be written: " + reason();
  ::unlink(draft.c_str());
  if (!error.empty()) return ConfigError{path + ": " + error};
  const auto folder = std::filesystem::path{path}.parent_path();
  const File directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) ::fsync(directory.get());
  return {};
}

ConfigResult<SecretText> read_passphrase_file(const std::string& path, PassphraseAccess access) {
  constexpr std::size_t line_end_maximum = 2;
  auto file = read_secret_file(path, passphrase_bytes_maximum + line_end_maximum);
  if (!file) return file.error();
  if (!*file) return ConfigError{path + ": does not exist; it should hold the passphrase of the key"};
  const unsigned allowed = access == PassphraseAccess::credential ? S_IRGRP : 0U;
  if (((*file)->open_to & ~allowed) != 0) return open_to_others(path);
  SecretText text = std::move((*file)->text);
  std::string_view line = text.view();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find('\n') != std::string_view::npos) return ConfigError{path + ": has more than the one line expected"};
  if (line.empty()) return ConfigError{path + ": is empty; it should hold the passphrase of the key"};
  if (line.size() > passphrase_bytes_maximum)
    return ConfigError{path + ": is longer than the " + std::to_string(passphrase_bytes_maximum) +
                       " bytes a passphrase may have"};
  text.keep(line.size());
  return text;
}

}  // namespace p2pns::config
