// The target of an HTTP request, and the calls that live in it.
#include "core/names/p2p_name.hpp"
#include "frontends/http/names_api.hpp"
#include "frontends/http/resolve_api.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace http;

/// Every byte percent-encoded.
std::string encoded(std::string_view text) {
  std::string result;
  const std::string hexadecimal = to_hex(as_bytes(text));
  for (std::size_t i = 0; i < hexadecimal.size(); i += 2) result += "%" + hexadecimal.substr(i, 2);
  return result;
}

std::string target_of(const RequestTarget& target) {
  // A first segment that is empty is written as RFC 3986 shields it; "//" would begin an authority.
  std::string text = !target.path.empty() && target.path.front().empty() ? "/." : "";
  for (const std::string& segment : target.path) text += "/" + encoded(segment);
  if (text.empty()) text = "/";
  char separator = '?';
  for (const auto& [key, value] : target.query) {
    text += separator + encoded(key) + "=" + encoded(value);
    separator = '&';
  }
  return text;
}

void check_call(const ApiResult<ResolveCall>& call, const names::Zones& zones) {
  if (!call) return require(call.error().status >= 400 && !call.error().detail.empty(), "a refusal says why");
  const auto name = names::parse_name(names::to_string(call->parsed.name), zones);
  require(name && name->name == call->parsed.name, "a call is about a canonical name");
}

void check_list(const ApiResult<NamesCall>& call) {
  if (!call) return require(call.error().status >= 400 && !call.error().detail.empty(), "a refusal says why");
  require(call->limit >= 1 && call->limit <= page_maximum, "a page has room, and not too much");
  require(!call->after || names::is_canonical(*call->after), "a page begins behind a canonical name");
}

}  // namespace

void run(Bytes input) {
  const names::Zones zones;
  const auto target = parse_target(as_text(input));
  if (!target) return require(target.error().status == 400, "a bad target is the asker's fault");
  const auto again = parse_target(target_of(*target));
  require(again && again->path == target->path && again->query == target->query, "a target is read as it was written");
  check_call(parse_resolve(*target, zones), zones);
  check_list(parse_names(*target, zones));
  if (!target->path.empty()) check_call(parse_show(*target, zones), zones);  // the route has a last segment: the name
}

}  // namespace p2pns::fuzz
