// The access rules that tests of servers share: a server on 127.0.0.1 with a token, and a group that may change names
// over its unix socket.
#pragma once

#include "frontends/web/access.hpp"

namespace p2pns::web {

inline constexpr std::string_view own_token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
inline constexpr std::uint32_t daemon_user = 990;
inline constexpr std::uint32_t writers_group = 991;

inline AccessRules rules_in_tests() {
  AccessRules rules;
  rules.own_address = parse_endpoint("127.0.0.1:8053")->address;
  rules.token = own_token;
  rules.token_file = "/var/lib/p2pns/http.token";
  rules.own_user = daemon_user;
  rules.writers_group = writers_group;
  return rules;
}

}  // namespace p2pns::web
