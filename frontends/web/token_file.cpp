#include "frontends/web/token_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/random.h>
#include <sys/stat.h>

namespace p2pns::web {

using plugins::ConfigError;
using plugins::ConfigResult;

namespace {

constexpr std::size_t line_end_maximum = 2;

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

ConfigResult<std::string> read_token(const std::string& path, const File& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return unreadable(path);
  if (!S_ISREG(status.st_mode)) return ConfigError{path + ": is no regular file"};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return ConfigError{path + ": other users can use this token; make it yours alone with: chmod 600 " + path};
  std::string text(token_characters_maximum + line_end_maximum + 1, '\0');  // one more: too long is noticed
  const ssize_t count = ::pread(file.get(), text.data(), text.size(), 0);
  if (count < 0) return unreadable(path);
  text.resize(static_cast<std::size_t>(count));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (!is_token(text))
    return ConfigError{path + ": is no token, one line of " + std::to_string(token_characters_minimum) + " to " +
                       std::to_string(token_characters_maximum) +
                       " letters and digits; remove the file, and the next start makes a new one"};
  return {boost::system::in_place_value, std::move(text)};
}

ConfigResult<void> save_token(const std::string& path, const std::string& token) {
  // Written beside its place and then linked to it: link() refuses to replace a file, and nobody ever sees half of it.
  const std::string draft = path + ".new-" + std::to_string(::getpid());
  const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file.is_open()) return unwritable(path);
  const std::string line = token + "\n";
  const ssize_t count = ::write(file.get(), line.data(), line.size());
  ConfigResult<void> result;
  if (count != static_cast<ssize_t>(line.size()) || ::fsync(file.get()) != 0 ||
      ::link(draft.c_str(), path.c_str()) != 0)
    result = unwritable(path);
  ::unlink(draft.c_str());
  return result;
}

ConfigResult<TokenFile> make_token(const std::string& path) {
  std::array<std::byte, token_random_bytes> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    return ConfigError{std::string{"no random bytes can be had: "} + std::strerror(errno)};
  TokenFile made{to_hex(random), true};
  if (const auto saved = save_token(path, made.token); !saved) return saved.error();
  return made;
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  if (text.size() < token_characters_minimum || text.size() > token_characters_maximum) return false;
  return std::ranges::all_of(text, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || std::string_view{"-._~+/="}.find(c) != std::string_view::npos;
  });
}

ConfigResult<TokenFile> open_token_file(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return errno == ENOENT ? make_token(path) : unreadable(path);
  auto token = read_token(path, file);
  if (!token) return token.error();
  return TokenFile{std::move(*token), false};
}

}  // namespace p2pns::web
