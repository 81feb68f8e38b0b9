// Who may do what over HTTP. The input is: how the peer came (1 byte: 0 remote, 1 loopback, 2 unix socket), its user
// and group (1 byte each), whether other machines may read (1), and the header fields Host, Origin and Authorization
// (u8 length each).
#include "core/wire/reader.hpp"
#include "frontends/http/access_problem.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace web;

constexpr std::uint32_t own_user = 7;
constexpr std::uint32_t writers_group = 9;
constexpr std::string_view token = "0123456789abcdef0123456789abcdef";

AccessRules rules_with(bool remote_reads) {
  AccessRules rules;
  rules.own_address = *parse_ip_address("192.0.2.1");
  rules.remote_reads = remote_reads;
  rules.token = token;
  rules.token_file = "/var/lib/p2pns/http.token";
  rules.own_user = own_user;
  rules.writers_group = writers_group;
  return rules;
}

void check_refusal(Verdict verdict, const AccessRules& rules) {
  const HttpResponse response = http::to_response(http::problem_of(verdict, rules));
  require(response.status == 401 || response.status == 403, "a refusal is one of the two");
  require(response.body.find(token) == std::string::npos, "nobody is told the token");
}

void check_write(const HttpRequest& request) {
  const bool came_by_socket = request.peer.kind == Peer::Kind::unix_socket;
  require(request.peer.kind != Peer::Kind::remote, "no other machine changes names");
  const bool trusted = came_by_socket && (request.peer.user == 0 || request.peer.user == own_user ||
                                          request.peer.groups.front() == writers_group);
  const bool knows_token = request.authorization.size() == 7 + token.size() && request.authorization.ends_with(token);
  require(trusted || knows_token, "names are changed with the token, or by those whom the kernel vouches for");
  require(request.origin.empty() || request.origin == "http://" + request.host,
          "a page of another site changes nothing");
}

}  // namespace

void run(Bytes input) {
  wire::Reader in{input};
  HttpRequest request;
  request.method = "PUT";
  const unsigned kind = in.u8();
  if (kind > 2) return;
  request.peer.kind = static_cast<Peer::Kind>(kind);
  request.peer.user = in.u8();
  request.peer.groups = {in.u8()};
  const AccessRules rules = rules_with(in.u8() != 0);
  request.host = as_text(in.short_bytes());
  request.origin = as_text(in.short_bytes());
  request.authorization = as_text(in.short_bytes());
  if (in.failed()) return;
  const Verdict read = judge(rules, request, Access::read);
  const Verdict write = judge(rules, request, Access::write);
  if (read != Verdict::allowed) check_refusal(read, rules);
  if (write != Verdict::allowed) return check_refusal(write, rules);
  require(read == Verdict::allowed, "who may write may read");
  check_write(request);
}

}  // namespace p2pns::fuzz
