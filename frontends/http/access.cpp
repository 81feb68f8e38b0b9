#include "frontends/http/access.hpp"

#include <algorithm>

#include "core/crypto/compare.hpp"

namespace p2pns::http {

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

Problem refusal(unsigned status, std::string kind, std::string title, std::string detail) {
  Problem problem;
  problem.status = status;
  problem.kind = std::move(kind);
  problem.title = std::move(title);
  problem.detail = std::move(detail);
  return problem;
}

Problem forbidden(std::string detail) {
  return refusal(403, "forbidden", "This is not allowed from there", std::move(detail));
}

Problem unauthorized(const AccessRules& rules, std::string what, std::string challenge) {
  Problem problem =
      refusal(401, "unauthorized", "This needs the node's token",
              what + ", which lies in " + rules.token_file + "; send its line as 'Authorization: Bearer LINE'");
  problem.more["token_file"] = rules.token_file;
  problem.fields.push_back({"WWW-Authenticate", std::move(challenge)});
  return problem;
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

Problem problem_of(Verdict verdict, const AccessRules& rules) {
  switch (verdict) {
    case Verdict::remote:
      return forbidden("names can be changed from this machine only");
    case Verdict::foreign_host:
      return forbidden("the Host header does not name this server");
    case Verdict::foreign_origin:
      return forbidden("a page of another site cannot change names");
    case Verdict::no_token:
      return unauthorized(rules, "changes need this node's token", "Bearer realm=\"p2pns\"");
    case Verdict::wrong_token:
      return unauthorized(rules, "this is not the token of this node",
                          "Bearer realm=\"p2pns\", error=\"invalid_token\"");
    case Verdict::allowed:
      break;
  }
  return refusal(500, "internal", "Internal error", "this request has no problem");
}

}  // namespace p2pns::http
