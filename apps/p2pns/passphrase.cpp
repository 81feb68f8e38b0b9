#include "apps/p2pns/passphrase.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/signalfd.h>

namespace p2pns::cli {

namespace {

using config::ConfigError;
using config::ConfigResult;
using config::SecretText;

constexpr std::string_view no_passphrase = "no passphrase was given";

/// While it lives, the terminal does not show what is typed, and the signals that would end or stop the process wait:
/// otherwise it would leave a terminal behind that shows nothing.
class SilentTerminal {
 public:
  SilentTerminal() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&signals, each);
    sigprocmask(SIG_BLOCK, &signals, &signals_before_);
    signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC);
    tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    ::close(signals_);
    sigprocmask(SIG_SETMASK, &signals_before_, nullptr);  // a signal that came meanwhile does its work now
  }

  /// False when a signal came first.
  bool wait_for_input() const {
    std::array<pollfd, 2> files{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signals_, POLLIN, 0}};
    while (::poll(files.data(), files.size(), -1) < 0 && errno == EINTR) {
    }
    return (files[1].revents & POLLIN) == 0;
  }

 private:
  termios before_{};
  sigset_t signals_before_{};
  int signals_ = -1;
};

void say(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

/// One line of standard input without its end, read byte for byte so that nothing of it stays in a buffer.
template <class Wait>
ConfigResult<SecretText> read_line(Wait&& wait) {
  SecretText line(config::passphrase_bytes_maximum);
  const std::span<char> room = line.room();
  std::size_t size = 0;
  for (;;) {
    char next = 0;
    if (!wait()) return ConfigError{std::string{no_passphrase}};
    const ssize_t count = ::read(STDIN_FILENO, &next, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ConfigError{std::string{"standard input cannot be read: "} + std::strerror(errno)};
    if (count == 0 || next == '\n') break;
    if (size == room.size())
      return ConfigError{"the passphrase is longer than " + std::to_string(room.size()) + " bytes"};
    room[size++] = next;
  }
  if (size > 0 && room[size - 1] == '\r') --size;
  line.keep(size);
  if (line.empty()) return ConfigError{std::string{no_passphrase}};
  return line;
}

ConfigResult<SecretText> ask(std::string_view question) {
  const SilentTerminal terminal;
  say(question);
  auto line = read_line([&terminal] { return terminal.wait_for_input(); });
  say("\n");
  return line;
}

ConfigResult<SecretText> ask_terminal(PassphraseUse use) {
  if (use == PassphraseUse::open) return ask("Passphrase: ");
  auto first = ask("New passphrase: ");
  if (!first) return first;
  const auto second = ask("The same again: ");
  if (!second) return second.error();
  if (first->view() != second->view()) return ConfigError{"the two passphrases are not the same"};
  return first;
}

}  // namespace

ConfigResult<SecretText> get_passphrase(const std::string& file, PassphraseUse use) {
  auto passphrase = !file.empty()                 ? config::read_passphrase_file(file)
                    : ::isatty(STDIN_FILENO) == 1 ? ask_terminal(use)
                                                  : read_line([] { return true; });
  if (passphrase && use == PassphraseUse::make && passphrase->view().size() < new_passphrase_bytes_minimum)
    return ConfigError{"a new passphrase must have at least " + std::to_string(new_passphrase_bytes_minimum) +
                       " characters"};
  return passphrase;
}

}  // namespace p2pns::cli
