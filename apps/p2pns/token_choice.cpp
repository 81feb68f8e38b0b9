#include "apps/p2pns/token_choice.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace p2pns::cli {

namespace {

/// What may stand in a header field; a file of something else is no token.
bool is_printable(std::string_view line) {
  return !line.empty() && std::ranges::all_of(line, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

ClientResult<TokenChoice> choose_token(const std::string& file) {
  TokenChoice choice{{}, file.empty() ? usual_token_file : file, {}};
  std::ifstream stream(choice.file);
  std::string line;
  if (!stream)
    choice.trouble = std::strerror(errno);
  else
    std::getline(stream, line);
  if (line.ends_with('\r')) line.pop_back();
  if (is_printable(line))
    choice.token = std::move(line);
  else if (choice.trouble.empty())
    choice.trouble = "holds no token";
  if (choice.token.empty() && !file.empty())
    return ClientError{file + ": no token can be read there: " + choice.trouble};
  return choice;
}

std::string token_hint(const TokenChoice& choice) {
  if (!choice.token.empty()) return " (the one of " + choice.file + " was sent; --token-file names another)";
  return " (no token was sent: " + choice.file + ": " + choice.trouble +
         "; name its file with --token-file or P2PNS_TOKEN_FILE)";
}

}  // namespace p2pns::cli
