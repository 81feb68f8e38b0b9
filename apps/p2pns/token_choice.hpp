// TokenChoice: the token that goes with a change: of the file the user names, or of the daemon's usual place.
#pragma once

#include "apps/p2pns/api_client.hpp"

namespace p2pns::cli {

/// Where p2pnsd makes its token when config/p2pns.yaml is left as it is.
inline constexpr const char* usual_token_file = "/var/lib/p2pns/http.token";

struct TokenChoice {
  std::string token;    ///< empty: none could be had, which is well with a unix socket
  std::string file;     ///< where it came from, or should have
  std::string trouble;  ///< why there is none, for the case that the daemon wants one
};

/// An empty `file` means the usual one, which need not be there. Errors: the file that the user named cannot be read,
/// or holds no token.
ClientResult<TokenChoice> choose_token(const std::string& file);
/// What to add to the daemon's answer that it wants a token (401).
std::string token_hint(const TokenChoice&);

}  // namespace p2pns::cli
