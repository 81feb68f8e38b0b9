#include "frontends/web/token_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/random.h>

#include "plugins/api/private_file.hpp"

namespace p2pns::web {

using plugins::ConfigError;
using plugins::ConfigResult;

namespace {

/// The line of a file that is there.
ConfigResult<std::string> token_in(const std::string& path, std::string_view text) {
  const std::string_view line = plugins::without_line_end(text);
  if (!is_token(line))
    return ConfigError{path + ": is no token, one line of " + std::to_string(token_characters_minimum) + " to " +
                       std::to_string(token_characters_maximum) +
                       " letters and digits; remove the file, and the next start makes a new one"};
  return {boost::system::in_place_value, line};
}

ConfigResult<TokenFile> make_token(const std::string& path) {
  std::array<std::byte, token_random_bytes> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    return ConfigError{std::string{"no random bytes can be had: "} + std::strerror(errno)};
  TokenFile made{to_hex(random), true};
  if (const auto saved = plugins::create_private_file(path, made.token + "\n"); !saved) return saved.error();
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
  const auto file = plugins::read_private_file(path, token_characters_maximum + plugins::line_end_maximum);
  if (!file) return file.error();
  if (!*file) return make_token(path);
  auto token = token_in(path, (*file)->text.view());
  if (!token) return token.error();
  return TokenFile{std::move(*token), false};
}

}  // namespace p2pns::web
