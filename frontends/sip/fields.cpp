#include "frontends/sip/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "frontends/sip/header_name.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/osip.hpp"

namespace p2pns::sip {
namespace {

/// A table: every name of a header goes through here.
constexpr auto token_characters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view{"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~"})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();
bool is_token_character(char c) { return token_characters[static_cast<unsigned char>(c)]; }

/// Index behind the quoted string that opens at `begin`; npos: it does not end.
std::size_t after_quotes(std::string_view text, std::size_t begin) {
  const std::size_t end = closing(text, begin);
  return end == std::string_view::npos ? end : end + 1;
}

/// Index of the first of these characters outside of quotes; the size: there is none. npos: a quote does not end.
std::size_t find_unquoted(std::string_view text, std::string_view wanted, std::size_t begin = 0) {
  while (begin < text.size()) {
    if (text[begin] == '"') {
      begin = after_quotes(text, begin);
      if (begin == std::string_view::npos) return begin;
      continue;
    }
    if (wanted.find(text[begin]) != std::string_view::npos) return begin;
    ++begin;
  }
  return text.size();
}

/// What libosip2 can read: a NUL may stand in quotes, where nothing hangs on it.
Result<std::string> without_nul(std::string_view value) {
  std::string text{value};
  if (value.find('\0') == std::string_view::npos) return text;
  if (find_unquoted(value, std::string_view{"\0", 1}) != value.size()) return Errc::malformed;
  std::ranges::replace(text, '\0', '?');
  return text;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string{text};
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    plain.push_back(text[i]);
  }
  return plain;
}

bool is_value(std::string_view value) {
  if (value.starts_with('"')) return after_quotes(value, 0) == value.size();
  return std::ranges::none_of(value, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f ||
           std::string_view{"\"<>,;="}.find(c) != std::string_view::npos;
  });
}

/// Each ";" of the text became a parameter, with a name and a value as RFC 3261 wants them, and none came twice.
bool fit(const Parameters& parameters, std::string_view text) {
  std::size_t promised = 0;
  for (std::size_t i = find_unquoted(text, ";"); i < text.size(); i = find_unquoted(text, ";", i + 1)) ++promised;
  if (promised != parameters.list().size()) return false;
  return std::ranges::all_of(parameters.list(), [&](const Parameter& parameter) {
    return is_token(parameter.name) && is_value(parameter.value.value_or("")) &&
           parameters.find(parameter.name) == &parameter;
  });
}

/// A quoted string or words. Bytes beyond ASCII are let through: phones send them.
bool is_display(std::string_view text) {
  if (text.starts_with('"')) return after_quotes(text, 0) == text.size();
  return std::ranges::all_of(text, [](char c) {
    return is_token_character(c) || c == ' ' || c == '\t' || static_cast<unsigned char>(c) >= 0x80;
  });
}

struct AddressParts {
  std::string_view display;
  std::string_view uri;
  std::string_view tail;  ///< parameters, from the first semicolon on
};
Result<AddressParts> parts_of(std::string_view value) {
  AddressParts parts;
  const std::size_t open = find_unquoted(value, "<");
  if (open == std::string_view::npos) return Errc::malformed;
  if (open == value.size()) {
    // Without brackets the parameters are the header's, and "?" and "," are not allowed (20.10).
    const std::size_t end = std::min(value.find(';'), value.size());
    parts.uri = trimmed(value.substr(0, end));
    parts.tail = value.substr(end);
    if (parts.uri.find_first_of("?,") != std::string_view::npos) return Errc::malformed;
    return parts;
  }
  const std::size_t close = value.find('>', open);
  if (close == std::string_view::npos) return Errc::malformed;
  parts.display = trimmed(value.substr(0, open));
  parts.uri = value.substr(open + 1, close - open - 1);
  parts.tail = trimmed(value.substr(close + 1));
  if (!is_display(parts.display) || (!parts.tail.empty() && parts.tail.front() != ';')) return Errc::malformed;
  return parts;
}

}  // namespace

bool is_token(std::string_view text) noexcept { return !text.empty() && std::ranges::all_of(text, is_token_character); }

Result<std::uint32_t> parse_number(std::string_view value) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value.empty() || error != std::errc{} || end != value.data() + value.size()) return Errc::malformed;
  return number;
}

Result<Via> parse_via(std::string_view value) {
  const auto text = without_nul(value);
  if (!text) return text.error();
  const auto parsed = osip::parsed<osip_via_t, osip_via_init, osip_via_parse, osip_via_free>(*text);
  if (!parsed) return Errc::malformed;
  Via via;
  via.transport = osip::text_of(parsed->protocol);
  if (!is_token(via.transport) || osip::text_of(parsed->version) != "2.0") return Errc::malformed;
  for (char& c : via.transport)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  auto host = osip::host_of(parsed->host, text->find('[') < text->find(';'));
  const auto port = osip::port_of(parsed->port);
  if (!host || !port) return Errc::malformed;
  via.host = std::move(*host);
  via.port = *port;
  via.parameters = osip::parameters_of(parsed->via_params);
  const std::string_view parameters = std::string_view{*text}.substr(std::min(text->find(';'), text->size()));
  if (!fit(via.parameters, parameters.substr(0, parameters.find('(')))) return Errc::malformed;
  return via;
}

Result<NameAddress> parse_name_address(std::string_view value) {
  const auto text = without_nul(value);
  if (!text) return text.error();
  const auto parts = parts_of(*text);
  if (!parts) return parts.error();
  // libosip2 wants three characters behind "sip:" here. Nobody has such a host.
  const auto parsed = osip::parsed<osip_from_t, osip_from_init, osip_from_parse, osip_from_free>(*text);
  auto uri = parse_uri(parts->uri);
  if (!parsed || !uri) return Errc::malformed;
  NameAddress address;
  address.display = unquoted(parts->display);
  address.uri = std::move(*uri);
  address.parameters = osip::parameters_of(parsed->gen_params);
  if (!fit(address.parameters, parts->tail)) return Errc::malformed;
  return address;
}

Result<CSeq> parse_cseq(std::string_view value) {
  if (value.find('\0') != std::string_view::npos) return Errc::malformed;
  const auto parsed = osip::parsed<osip_cseq_t, osip_cseq_init, osip_cseq_parse, osip_cseq_free>(std::string{value});
  if (!parsed) return Errc::malformed;
  const auto number = parse_number(osip::text_of(parsed->number));
  CSeq cseq{number ? *number : 0, osip::text_of(parsed->method)};
  if (!number || cseq.number >= std::uint32_t{1} << 31U || !is_token(cseq.method)) return Errc::malformed;
  return cseq;
}

Result<Credentials> parse_credentials(std::string_view value) {
  const auto text = without_nul(value);
  if (!text) return text.error();
  const auto parsed =
      osip::parsed<osip_authorization_t, osip_authorization_init, osip_authorization_parse, osip_authorization_free>(
          *text);
  if (!parsed) return Errc::malformed;
  if (!equal_ignoring_case(osip::text_of(parsed->auth_type), "Digest")) return Errc::unsupported;
  const auto plain = [](const char* part) { return unquoted(osip::text_of(part)); };
  return Credentials{plain(parsed->username),   plain(parsed->realm),    plain(parsed->nonce),
                     plain(parsed->uri),        plain(parsed->response), plain(parsed->algorithm),
                     plain(parsed->cnonce),     plain(parsed->opaque),   plain(parsed->message_qop),
                     plain(parsed->nonce_count)};
}

}  // namespace p2pns::sip
