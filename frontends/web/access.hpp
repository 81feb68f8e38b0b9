// Who may do what: the one decision about every request, as a pure function of the request and the rules. Reads need
// nothing; writes need the token, or a unix socket whose peer is root, the daemon's own user or of the writers' group.
// A browser is the enemy who is already inside: a page of another site can make it send requests to this machine
// (Origin tells), or reach it under a name of the page's own (DNS rebinding; Host tells).
#pragma once

#include "core/base/endpoint.hpp"
#include "frontends/web/http_message.hpp"

namespace p2pns::web {

struct AccessRules {
  IpAddress own_address{};     ///< where the server listens; a Host may name it, or a loopback address, or localhost
  bool remote_reads = false;   ///< other machines may read, under any name they have for this one
  std::string token{};         ///< opens writes; empty: nothing does but a unix socket
  std::string token_file{};    ///< where it lies, for those who come without
  std::uint32_t own_user = 0;  ///< of the daemon
  std::optional<std::uint32_t> writers_group{};
};

enum class Access : std::uint8_t { read, write };

enum class Verdict : std::uint8_t {
  allowed,
  remote,          ///< writes come from this machine only, with or without a token
  foreign_host,    ///< the Host is no name of this server
  foreign_origin,  ///< a page of another site
  no_token,
  wrong_token,
};

Verdict judge(const AccessRules&, const HttpRequest&, Access wanted);
/// Why, as a sentence for the client. None names the token's file but those that only programs of this machine see.
std::string sentence_of(Verdict, const AccessRules&);

}  // namespace p2pns::web
