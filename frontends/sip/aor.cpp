#include "frontends/sip/aor.hpp"

#include <algorithm>

namespace p2pns::sip {
namespace {

bool lies_in(std::string_view host, const std::string& zone) {
  for (const std::string& tail : {"." + zone, "." + zone + ".alt"})
    if (host.ends_with(tail)) return true;
  return false;
}

/// What the user part of a URI holds without an escape (RFC 3261, 25.1: unreserved, user-unreserved). Decoded users
/// stand in headers that we write, where any other byte could end the URI, or the line.
bool is_plain(std::string_view user) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,;?/";
  return user.find_first_not_of(plain) == std::string_view::npos;
}

}  // namespace

AorResult aor_of(const SipUri& uri, const names::Zones& zones) {
  if (!uri.is_sip()) return AorError{true, "only sip and sips URIs lead to names"};
  std::string_view host = uri.host;
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool is_zone = zones.contains(host);
  if (!is_zone && std::ranges::none_of(zones.names, [host](const std::string& zone) { return lies_in(host, zone); }))
    return AorError{true, "\"" + uri.host + "\" is in no zone that is served here"};
  if (is_zone && uri.user.empty()) return AorError{false, "the URI names nobody: it has no user"};
  if (uri.user.size() > aor_user_maximum_bytes) return AorError{false, "the user has too many characters"};
  if (!is_zone && !is_plain(uri.user)) return AorError{false, "the user has a character that addresses do not have"};
  const std::string text = is_zone ? uri.user + "." + std::string{host} : std::string{host};
  auto name = names::parse_registrable_name(text, zones);
  if (!name) return AorError{false, name.error().message};
  return Aor{std::move(*name), is_zone ? std::string{} : uri.user};
}

std::string to_string(const Aor& aor) {
  if (aor.user.empty() && aor.name.kind == names::NameKind::label) return aor.name.label + "@" + aor.name.zone;
  return aor.user + (aor.user.empty() ? "" : "@") + names::to_string(aor.name);
}

}  // namespace p2pns::sip
