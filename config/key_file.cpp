#include "config/key_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

#include "core/base/printable.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::config {

namespace {

constexpr std::string_view format_version = "1";
constexpr std::array<std::string_view, 7> fields{"p2pns-key",  "network", "static_bits", "dynamic_bits",
                                                 "public_key", "seed",    "puzzle"};
using Values = std::array<std::string_view, fields.size()>;

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

/// Text with a secret in it: wiped when it dies.
struct SecretText {
  std::string text;
  ~SecretText() { ::explicit_bzero(text.data(), text.size()); }
};

bool read_all(const File& file, std::string& text) {
  text.resize(key_file_bytes_maximum + 1);
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  text.resize(filled);
  return true;
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

ConfigResult<Values> split_fields(std::string_view text) {
  Values values;
  std::size_t next = 0;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const bool expected =
        next < fields.size() && line.starts_with(fields[next]) && line.substr(fields[next].size()).starts_with(": ");
    if (!expected) {
      const std::string what =
          next < fields.size() ? "expected '" + std::string{fields[next]} + ": ...'" : "expected nothing more";
      return ConfigError{"line " + std::to_string(line_number) + ": " + what};
    }
    values[next] = line.substr(fields[next].size() + 2);
    ++next;
  }
  if (next < fields.size()) return ConfigError{"the line '" + std::string{fields[next]} + ": ...' is missing"};
  return values;
}

template <class Fixed>
ConfigResult<Fixed> parse_hex(std::string_view name, std::string_view text) {
  auto bytes = from_hex(text);
  if (bytes) {
    const auto value = Fixed::from(*bytes);
    crypto::wipe(*bytes);
    if (value) return *value;
  }
  return ConfigError{std::string{name} + ": expected " + std::to_string(2 * Fixed::size_bytes) + " hexadecimal digits"};
}

/// What is written before it gets its name.
std::string draft_of(const std::string& path) { return path + ".new-" + std::to_string(::getpid()); }

int make_draft(const std::string& draft) {
  return ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
}

ConfigResult<void> check_access(const std::string& path, const File& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return ConfigError{path + ": cannot be read: " + reason()};
  if (!S_ISREG(status.st_mode)) return ConfigError{path + ": is no regular file"};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return ConfigError{path + ": other users can use this key; make it yours alone with: chmod 600 " + path};
  return {};
}

}  // namespace

std::string encode_key_file(const crypto::Identity& identity, const crypto::NetworkParameters& network) {
  const crypto::Seed seed = identity.keys().seed();
  std::string text = "# The key of a p2pns node. Whoever reads this file can act as the node and own its names.\n";
  const std::array<std::string, fields.size()> values{std::string{format_version},
                                                      network.network_id,
                                                      std::to_string(network.puzzles.static_bits),
                                                      std::to_string(network.puzzles.dynamic_bits),
                                                      to_hex(identity.public_key().view()),
                                                      to_hex(seed.view()),
                                                      to_hex(identity.puzzle().view())};
  for (std::size_t i = 0; i < fields.size(); ++i) text += std::string{fields[i]} + ": " + values[i] + "\n";
  return text;
}

ConfigResult<crypto::Identity> decode_key_file(std::string_view text, const crypto::NetworkParameters& network) {
  if (text.size() > key_file_bytes_maximum) return ConfigError{"is too large for a key file"};
  const auto values = split_fields(text);
  if (!values) return values.error();
  const auto& [version, network_id, static_bits, dynamic_bits, public_hex, seed_hex, puzzle_hex] = *values;
  if (version != format_version) return ConfigError{"has a format that this version does not know"};
  if (network_id != network.network_id)
    return ConfigError{"belongs to the network '" + printable(std::string{network_id.substr(0, 63)}) +
                       "', the configuration names '" + network.network_id + "'"};
  const auto public_key = parse_hex<crypto::PublicKey>("public_key", public_hex);
  if (!public_key) return public_key.error();
  const auto seed = parse_hex<crypto::Seed>("seed", seed_hex);
  if (!seed) return seed.error();
  const auto puzzle = parse_hex<crypto::PuzzleSolution>("puzzle", puzzle_hex);
  if (!puzzle) return puzzle.error();
  const crypto::Identity identity(crypto::KeyPair::from_seed(*seed), *puzzle);
  if (identity.public_key() != *public_key) return ConfigError{"public_key does not belong to seed"};
  // The bits noted in the file only explain; what counts is whether the puzzles hold for the network as it is now.
  if (!crypto::puzzles_solved(*public_key, *puzzle, network.puzzles))
    return ConfigError{"its puzzles were solved for " + printable(std::string{static_bits.substr(0, 4)}) + " and " +
                       printable(std::string{dynamic_bits.substr(0, 4)}) + " bits, the network asks for " +
                       std::to_string(network.puzzles.static_bits) + " and " +
                       std::to_string(network.puzzles.dynamic_bits)};
  return identity;
}

ConfigResult<std::optional<crypto::Identity>> load_key_file(const std::string& path,
                                                            const crypto::NetworkParameters& network) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<crypto::Identity>{};
    return ConfigError{path + ": cannot be read: " + reason()};
  }
  if (const auto access = check_access(path, file); !access) return access.error();
  SecretText secret;
  if (!read_all(file, secret.text)) return ConfigError{path + ": cannot be read: " + reason()};
  const auto identity = decode_key_file(secret.text, network);
  if (!identity) return ConfigError{path + ": " + identity.error().message};
  return std::optional<crypto::Identity>{*identity};
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

ConfigResult<void> save_key_file(const std::string& path, const crypto::Identity& identity,
                                 const crypto::NetworkParameters& network) {
  // Written beside its place and then linked to it: link() refuses to replace a file, and a power loss never leaves
  // half a key behind.
  const std::string draft = draft_of(path);
  SecretText secret{encode_key_file(identity, network)};
  const File file(make_draft(draft));
  if (!file.is_open()) return ConfigError{path + ": cannot be written: " + reason()};
  std::string error;
  if (!write_all(file, secret.text))
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

}  // namespace p2pns::config
