#include "frontends/xmpp/jid.hpp"

#include <algorithm>

#include "core/names/spoken_label.hpp"

namespace p2pns::xmpp {
namespace {

/// What would break an XML attribute, a line of the accounts file or a log line stands nowhere.
bool is_part(std::string_view part) noexcept {
  if (part.empty() || part.size() > jid_part_maximum_bytes) return false;
  return std::ranges::none_of(part, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7f; });
}

bool has_any(std::string_view part, std::string_view forbidden) noexcept {
  return part.find_first_of(forbidden) != std::string_view::npos;
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// True for ASCII and the lower-case letters U+00E0 to U+017F, which servers prepare to themselves (RFC 3491, RFC
/// 8265); sharp s, which some make "ss", stands before them. Without the dotless i, which passes for another letter.
bool is_plain_latin(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80U) continue;
    if (lead < 0xc3U || lead > 0xc5U || ++i == text.size()) return false;
    const unsigned code_point = ((lead & 0x1fU) << 6U) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    if (code_point < 0xe0U || code_point == 0x131U) return false;
  }
  return true;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  std::size_t follow = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continuation = (byte & 0xc0U) == 0x80U;
    if (follow > 0) {
      if (!continuation) return false;
      --follow;
    } else if (byte >= 0x80U) {
      if (byte < 0xc2U || byte > 0xf4U) return false;
      follow = byte >= 0xf0U ? 3 : byte >= 0xe0U ? 2 : 1;
    }
  }
  return follow == 0;
}

Result<Jid> parse_jid(std::string_view text) {
  if (!is_utf8(text)) return Errc::malformed;
  Jid jid;
  // The first slash ends the address; an at sign behind it belongs to the resource.
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    jid.resource = text.substr(slash + 1);
    if (!is_part(jid.resource)) return Errc::malformed;
    text = text.substr(0, slash);
  }
  const auto at = text.find('@');
  if (at != std::string_view::npos) {
    jid.local = text.substr(0, at);
    if (!is_part(jid.local) || has_any(jid.local, " \"&'/:<>@")) return Errc::malformed;
    text = text.substr(at + 1);
  }
  jid.domain = text;
  if (!is_part(jid.domain) || has_any(jid.domain, " \"&'/<>@")) return Errc::malformed;
  std::ranges::transform(jid.domain, jid.domain.begin(), lower);
  return jid;
}

std::string to_string(const Jid& jid) { return jid.resource.empty() ? bare(jid) : bare(jid) + "/" + jid.resource; }

std::string bare(const Jid& jid) { return jid.local.empty() ? jid.domain : jid.local + "@" + jid.domain; }

std::string user_part(std::string_view address) { return std::string{address.substr(0, address.find('/'))}; }

Jid with_resource(Jid jid, std::string_view resource) {
  jid.resource = resource;
  return jid;
}

std::string shown_label(const names::P2PName& name) {
  std::string spoken = names::spoken_label(name.label);
  return is_plain_latin(spoken) ? spoken : name.label;
}

Addresses::Addresses(std::string domain, names::Zones zones)
    : domain_(std::move(domain)), zones_(std::move(zones)), zone_(zones_.names.front()) {
  // "p2p.alt" stands for "p2p", and so it does here.
  if (zones_.contains(domain_))
    if (const auto parsed = names::parse_name("x." + domain_, zones_)) zone_ = parsed->name.zone;
}

names::NameResult<names::P2PName> Addresses::name_of(std::string_view local) const {
  // One label: what stands in front of a name is no account.
  if (local.find('.') != std::string_view::npos)
    return names::NameError{"\"" + std::string{local.substr(0, 80)} + "\" is no name: a dot cannot stand in one"};
  return names::parse_registrable_name(std::string{local} + "." + zone_, zones_);
}

Result<names::P2PName> Addresses::name_on_link(const Jid& jid) const {
  names::P2PName name{names::NameKind::label, jid.domain, jid.local};
  if (jid.domain != zone_ || !names::is_canonical(name)) return Errc::malformed;
  return name;
}

std::string Addresses::on_link(const names::P2PName& name, std::string_view resource) {
  return to_string(Jid{name.label, name.zone, std::string{resource}});
}

std::string Addresses::at_component(const names::P2PName& name, std::string_view resource) const {
  return to_string(Jid{shown_label(name), domain_, std::string{resource}});
}

}  // namespace p2pns::xmpp
