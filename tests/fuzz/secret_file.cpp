// Files with one secret line: the token of the HTTP interface, which daemon and command line both read, and a
// passphrase.
#include <unistd.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include "apps/p2pns/token_choice.hpp"
#include "config/passphrase_file.hpp"
#include "frontends/web/token_file.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

/// A file of the operator's alone, in memory.
class SecretMemory {
 public:
  SecretMemory() : descriptor_(::memfd_create("secret", MFD_CLOEXEC)) {
    require(descriptor_ >= 0 && ::fchmod(descriptor_, S_IRUSR | S_IWUSR) == 0, "there is memory for a file");
  }
  SecretMemory(const SecretMemory&) = delete;
  SecretMemory& operator=(const SecretMemory&) = delete;
  ~SecretMemory() { ::close(descriptor_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  void hold(Bytes content) const {
    require(::ftruncate(descriptor_, 0) == 0 &&
                ::pwrite(descriptor_, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()),
            "a file in memory can be written");
  }

 private:
  int descriptor_;
};

void require_sentence(const std::string& message, const std::string& path) {
  require(message.starts_with(path) && is_one_line(message), "an error is one line and begins with the path");
}

void check_token(const std::string& path) {
  const auto file = web::open_token_file(path);
  if (!file) return require_sentence(file.error().message, path);
  require(!file->made && web::is_token(file->token), "what is taken for a token is one");
  const auto choice = cli::choose_token(path);
  require(choice && choice->token == file->token, "the command line sends the token that the daemon wants");
}

void check_passphrase(const std::string& path) {
  const auto passphrase = config::read_passphrase_file(path);
  if (!passphrase) return require_sentence(passphrase.error().message, path);
  require(!passphrase->empty() && passphrase->view().size() <= config::passphrase_bytes_maximum &&
              passphrase->view().find('\n') == std::string_view::npos,
          "a passphrase is one line");
}

}  // namespace

void run(Bytes input) {
  static const SecretMemory file;
  file.hold(input);
  check_token(file.path());
  check_passphrase(file.path());
}

}  // namespace p2pns::fuzz
