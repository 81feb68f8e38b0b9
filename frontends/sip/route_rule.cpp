#include "frontends/sip/route_rule.hpp"

#include "frontends/sip/fields.hpp"

namespace p2pns::sip {

namespace {

/// What a URI of our own stands for.
struct OwnUri {
  bool own = false;
  std::optional<RouteHop> hop;
};

OwnUri read_own(const SipUri& uri, const RouteTokens& tokens, const OwnAddress& own, const DialogMarks& dialog) {
  if (!uri.is_sip()) return {};
  if (uri.user.empty()) return {own.is_own(uri), std::nullopt};
  auto hop = tokens.read(uri.user, dialog);
  return {hop.has_value(), std::move(hop)};
}

/// A strict router put our Record-Route into the Request-URI, and the real one last (16.4).
Result<void> undo_strict_routing(SipMessage& request, OwnHops& hops, const RouteTokens& tokens, const OwnAddress& own,
                                 const DialogMarks& dialog) {
  if (request.count(HeaderName::route) == 0) return {};
  const auto uri = parse_uri(request.request_uri());
  if (!uri) return uri.error();
  const OwnUri mine = read_own(*uri, tokens, own, dialog);
  if (!mine.hop) return {};
  const auto routes = request.values(HeaderName::route);
  if (!routes) return routes.error();
  const auto last = parse_name_address(routes->back());
  if (!last) return last.error();
  request.set_request_uri(last->uri.text);
  request.remove_last_value(HeaderName::route);
  hops.push_back(*mine.hop);
  return {};
}

}  // namespace

Result<OwnHops> take_own_routes(SipMessage& request, const RouteTokens& tokens, const OwnAddress& own,
                                const DialogMarks& dialog) {
  OwnHops hops;
  if (const auto undone = undo_strict_routing(request, hops, tokens, own, dialog); !undone) return undone.error();
  while (request.count(HeaderName::route) > 0) {
    const auto value = request.first_value(HeaderName::route);
    if (!value) return value.error();
    const auto route = parse_name_address(*value);
    if (!route) return Errc::malformed;
    const OwnUri mine = read_own(route->uri, tokens, own, dialog);
    if (!mine.own) break;
    if (mine.hop && hops.size() == hops.max_size()) return Errc::malformed;
    if (mine.hop) hops.push_back(*mine.hop);
    request.remove_first_value(HeaderName::route);
  }
  return hops;
}

void prepare_for_strict_router(SipMessage& request) {
  const auto value = request.first_value(HeaderName::route);
  const auto route = value ? parse_name_address(*value) : Result<NameAddress>{value.error()};
  if (!route || route->uri.parameters.has("lr")) return;
  const std::string target{request.request_uri()};
  request.remove_first_value(HeaderName::route);
  request.append(HeaderName::route, '<' + target + '>');
  request.set_request_uri(route->uri.text);
}

}  // namespace p2pns::sip
