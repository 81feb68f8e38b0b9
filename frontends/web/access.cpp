#include "frontends/web/access.hpp"

#include <algorithm>

#include "core/crypto/compare.hpp"

namespace p2pns::web {

namespace {

constexpr std::uint32_t root = 0;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

/// "127.0.0.1" of "127.0.0.1:8053", "::1" of "[::1]:8053". The port is no matter: a rebound name stays one.
std::string_view name_in(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_own_host(const AccessRules& rules, std::string_view host) {
  const std::string_view name = name_in(host);
  if (equal_ignoring_case(name, "localhost")) return true;
  const auto address = parse_ip_address(name);
  return address && (address->is_loopback() || *address == rules.own_address);
}

bool is_trusted_user(const AccessRules& rules, const Peer& peer) {
  if (peer.kind != Peer::Kind::unix_socket) return false;
  if (peer.user == root || peer.user == rules.own_user) return true;
  return rules.writers_group && std::ranges::count(peer.groups, *rules.writers_group) > 0;
}

/// The token of "Bearer TOKEN", none when there is no such header (RFC 6750: the scheme's case does not matter).
std::optional<std::string_view> token_in(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  authorization.remove_prefix(scheme.size());
  return authorization;
}

Verdict judge_token(const AccessRules& rules, const HttpRequest& request) {
  const auto token = token_in(request.authorization);
  if (!token) return Verdict::no_token;
  const bool right = !rules.token.empty() && crypto::equal_in_constant_time(as_bytes(*token), as_bytes(rules.token));
  return right ? Verdict::allowed : Verdict::wrong_token;
}

}  // namespace

Verdict judge(const AccessRules& rules, const HttpRequest& request, Access wanted) {
  const bool write = wanted == Access::write;
  const bool over_ip = request.peer.kind != Peer::Kind::unix_socket;  // no browser speaks to a unix socket
  if (write && request.peer.kind == Peer::Kind::remote) return Verdict::remote;
  const bool any_host = !write && rules.remote_reads;
  if (over_ip && !any_host && !is_own_host(rules, request.host)) return Verdict::foreign_host;
  if (!write) return Verdict::allowed;
  if (!request.origin.empty() && request.origin != "http://" + request.host) return Verdict::foreign_origin;
  return is_trusted_user(rules, request.peer) ? Verdict::allowed : judge_token(rules, request);
}

std::string sentence_of(Verdict verdict, const AccessRules& rules) {
  const auto place = [&] {
    return ", which lies in " + rules.token_file + "; send its line as 'Authorization: Bearer LINE'";
  };
  switch (verdict) {
    case Verdict::remote:
      return "names can be changed from this machine only";
    case Verdict::foreign_host:
      return "the Host header does not name this server";
    case Verdict::foreign_origin:
      return "a page of another site cannot change names";
    case Verdict::no_token:
      return "changes need this node's token" + place();
    case Verdict::wrong_token:
      return "this is not the token of this node" + place();
    case Verdict::allowed:
      break;
  }
  return "this request is not refused";
}

}  // namespace p2pns::web
