#include "frontends/sip/uri.hpp"

#include <algorithm>

#include "frontends/sip/fields.hpp"
#include "frontends/sip/header_name.hpp"
#include "frontends/sip/osip.hpp"

namespace p2pns::sip {
namespace {

/// RFC 3261, 25.1: what a URI is made of; all else must be escaped.
bool is_uri_character(char c) {
  const bool graphic = c > 0x20 && c < 0x7f;
  return graphic && std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The user without its password. By hand: a C string ends at "%00".
Result<std::string> user_of(std::string_view rest) {
  const std::size_t at = rest.find('@');
  if (at == std::string_view::npos) return std::string{};
  const std::string_view user = rest.substr(0, std::min(at, rest.find(':')));
  if (user.empty()) return Errc::malformed;
  return percent_decoded(user);
}

/// What stands behind user and host: ";a=b;c?d=e".
std::string_view after_host(std::string_view rest) {
  const std::size_t at = rest.find('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  const std::size_t end = rest.find_first_of(";?");
  return end == std::string_view::npos ? std::string_view{} : rest.substr(end);
}

constexpr std::string_view compared_parameters[] = {"transport", "user", "ttl", "method", "maddr"};

bool same_parameter(const Parameter& parameter, const SipUri& other) {
  const Parameter* found = other.parameters.find(parameter.name);
  if (found) return equal_ignoring_case(parameter.value.value_or(""), found->value.value_or(""));
  return std::ranges::none_of(compared_parameters,
                              [&](std::string_view name) { return equal_ignoring_case(name, parameter.name); });
}

bool same_parameters(const SipUri& left, const SipUri& right) {
  return std::ranges::all_of(left.parameters.list(), [&](const Parameter& p) { return same_parameter(p, right); }) &&
         std::ranges::all_of(right.parameters.list(), [&](const Parameter& p) { return same_parameter(p, left); });
}

std::string_view headers_of(const SipUri& uri) {
  const std::string_view tail = after_host(uri.text);
  const std::size_t mark = tail.find('?');
  return mark == std::string_view::npos ? std::string_view{} : tail.substr(mark);
}

}  // namespace

const Parameter* Parameters::find(std::string_view name) const noexcept {
  const auto found =
      std::ranges::find_if(list_, [name](const Parameter& p) { return equal_ignoring_case(p.name, name); });
  return found == list_.end() ? nullptr : &*found;
}

std::string_view Parameters::value(std::string_view name) const noexcept {
  const Parameter* found = find(name);
  return found && found->value ? std::string_view{*found->value} : std::string_view{};
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

Result<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) return Errc::malformed;
    decoded.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
    i += 2;
  }
  return decoded;
}

Result<SipUri> parse_uri(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_uri_character)) return Errc::malformed;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_token(text.substr(0, colon))) return Errc::malformed;
  SipUri uri;
  uri.text = text;
  uri.scheme = lower_case(text.substr(0, colon));
  if (!uri.is_sip()) return uri;
  const std::string_view rest = text.substr(colon + 1);
  const auto parsed = osip::parsed<osip_uri_t, osip_uri_init, osip_uri_parse, osip_uri_free>(uri.text);
  if (!parsed) return Errc::malformed;
  auto user = user_of(rest);
  auto host = osip::host_of(parsed->host, rest.find('[') < rest.find_first_of(";?"));
  const auto port = osip::port_of(parsed->port);
  if (!user || !host || !port) return Errc::malformed;
  uri.user = std::move(*user);
  uri.host = std::move(*host);
  uri.port = *port;
  uri.parameters = osip::parameters_of(parsed->url_params);
  // libosip2 leaves empty parameters out, and those behind them.
  const std::string_view tail = after_host(rest);
  const auto promised = std::ranges::count(tail.substr(0, tail.find('?')), ';');
  if (static_cast<std::size_t>(promised) != uri.parameters.list().size()) return Errc::malformed;
  uri.has_headers = tail.find('?') != std::string_view::npos;
  return uri;
}

bool equivalent(const SipUri& left, const SipUri& right) noexcept {
  if (left.scheme != right.scheme) return false;
  if (!left.is_sip()) return left.text == right.text;
  return left.user == right.user && left.host == right.host && left.port == right.port &&
         same_parameters(left, right) && equal_ignoring_case(headers_of(left), headers_of(right));
}

}  // namespace p2pns::sip
