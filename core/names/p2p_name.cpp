#include "core/names/p2p_name.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/dht/name_form.hpp"
#include "core/names/idn.hpp"

namespace p2pns::names {
namespace {

using detail::LabelForm;
using dht::alias_suffix;
using dht::hit_label;
using dht::key_label;

constexpr std::size_t key_characters = 52;  // 256 bits in base32
/// Longer input is refused unread: 253 octets of ASCII, or of characters of 4 bytes each.
constexpr std::size_t typed_maximum_bytes = 4 * whole_name_maximum_octets;

/// UTS #46 takes three more characters for a dot: U+3002, U+FF0E, U+FF61.
constexpr std::array<std::string_view, 3> other_dots{"\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"};

std::string with_plain_dots(std::string_view text) {
  std::string result{text};
  for (const std::string_view dot : other_dots)
    for (auto at = result.find(dot); at != std::string::npos; at = result.find(dot, at)) result.replace(at, 3, ".");
  return result;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> labels;
  for (;;) {
    const auto dot = text.find('.');
    labels.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return labels;
    text.remove_prefix(dot + 1);
  }
}

std::string join(const std::vector<std::string>& labels, std::size_t first, std::size_t last) {
  std::string result;
  for (std::size_t i = first; i < last; ++i) {
    if (i != first) result += '.';
    result += labels[i];
  }
  return result;
}

/// A typed name cut into labels; one final dot is allowed.
NameResult<std::vector<std::string_view>> cut(std::string_view text) {
  if (text.empty()) return NameError{"the name is empty"};
  if (text.size() > typed_maximum_bytes) return NameError{"the name is longer than 253 octets"};
  if (text.back() == '.') text.remove_suffix(1);
  if (text.empty()) return NameError{"a dot alone is no name"};
  auto labels = split(text);
  if (std::any_of(labels.begin(), labels.end(), [](std::string_view label) { return label.empty(); }))
    return NameError{"the name has an empty label: two dots in a row, or one in front"};
  return labels;
}

/// The zone at the end of the labels, and how many of them it takes. The longest wins.
struct FoundZone {
  std::string zone;
  std::size_t labels = 0;
};
std::optional<FoundZone> zone_of(const std::vector<std::string>& labels, const Zones& zones) {
  for (std::size_t first = 0; first < labels.size(); ++first) {
    const std::string tail = join(labels, first, labels.size());
    for (const std::string& zone : zones.names)
      if (tail == zone || tail == zone + std::string{alias_suffix}) return FoundZone{zone, labels.size() - first};
  }
  return std::nullopt;
}

/// Canonical form of every label. Only labels left of the last two can be a prefix: the last two are zone and label.
NameResult<std::vector<std::string>> canonical_labels(const std::vector<std::string_view>& typed) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    if (i == 0 && typed.size() > 2 && typed[i] == "*") {
      labels.emplace_back("*");
      continue;
    }
    auto label = detail::canonical_label(typed[i], i + 2 < typed.size() ? LabelForm::prefix : LabelForm::plain);
    if (!label) return label.error();
    labels.push_back(std::move(*label));
  }
  return labels;
}

NameError foreign_zone(const std::vector<std::string>& labels, const Zones& zones) {
  std::string known;
  for (const std::string& zone : zones.names) known += (known.empty() ? "." : ", .") + zone;
  return {"\"" + join(labels, 0, labels.size()) + "\" is in no zone that is served here (" + known + ")"};
}

/// The label and kind of the name whose labels end before `end`; moves `end` to where the prefix ends.
NameResult<P2PName> name_before_zone(const std::vector<std::string>& labels, std::size_t& end) {
  P2PName name;
  name.label = labels[--end];
  if (name.label == hit_label) return NameError{"\"hit-to-ip\" is reserved for Host Identity Tags"};
  if (name.label == key_label) {
    if (end == 0) return NameError{"\"id\" is reserved: a public key's name is <52 characters of base32>.id"};
    name.kind = NameKind::public_key;
    name.label = labels[--end];
    if (!public_key_of(name))
      return NameError{"in front of \".id\" must stand a public key: 52 characters a-z and 2-7 (base32 of 32 bytes)"};
  } else if (!dht::is_canonical_label(name.label)) {
    return NameError{"\"" + name.label + "\" cannot be registered: it begins with an underscore or is a wildcard"};
  }
  return name;
}

}  // namespace

bool Zones::contains(std::string_view zone) const {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& own) { return zone == own || zone == own + std::string{alias_suffix}; });
}

std::string to_string(const P2PName& name) {
  if (name.kind == NameKind::label) return name.label + "." + name.zone;
  return name.label + "." + std::string{key_label} + "." + name.zone;
}

Result<crypto::PublicKey> public_key_of(const P2PName& name) {
  if (name.kind != NameKind::public_key || name.label.size() != key_characters) return Errc::bad_name;
  const auto bytes = from_base32(name.label);
  if (!bytes) return Errc::bad_name;
  const auto key = crypto::PublicKey::from(*bytes);
  if (!key) return Errc::bad_name;
  return *key;
}

P2PName name_of_key(const crypto::PublicKey& key, std::string_view zone) {
  return {NameKind::public_key, std::string{zone}, to_base32(key.view())};
}

NameResult<ParsedName> parse_name(std::string_view text, const Zones& zones) {
  const std::string dotted = with_plain_dots(text);
  const auto typed = cut(dotted);
  if (!typed) return typed.error();
  const auto labels = canonical_labels(*typed);
  if (!labels) return labels.error();
  const auto zone = zone_of(*labels, zones);
  if (!zone) return foreign_zone(*labels, zones);
  std::size_t end = labels->size() - zone->labels;
  if (end == 0) return NameError{"\"" + zone->zone + "\" is the zone itself: a name is one label in front of it"};
  auto name = name_before_zone(*labels, end);
  if (!name) return name.error();
  name->zone = zone->zone;
  ParsedName parsed{std::move(*name), join(*labels, 0, end)};
  const std::size_t octets = to_string(parsed.name).size() + (end == 0 ? 0 : parsed.prefix.size() + 1);
  if (octets > whole_name_maximum_octets) return NameError{"the name is longer than 253 octets"};
  return parsed;
}

NameResult<P2PName> parse_registrable_name(std::string_view text, const Zones& zones) {
  auto parsed = parse_name(text, zones);
  if (!parsed) return parsed.error();
  if (!parsed->prefix.empty())
    return NameError{"only one label in front of the zone can be registered: \"" + to_string(parsed->name) + "\"; \"" +
                     parsed->prefix + "\" is a record of it"};
  return std::move(parsed->name);
}

NameResult<std::string> parse_zone(std::string_view text) {
  const std::string dotted = with_plain_dots(text);
  const auto typed = cut(dotted);
  if (!typed) return typed.error();
  std::vector<std::string> labels;
  for (const std::string_view part : *typed) {
    auto label = detail::canonical_label(part, LabelForm::plain);
    if (!label) return label.error();
    labels.push_back(std::move(*label));
  }
  std::string zone = join(labels, 0, labels.size());
  if (zone.size() > dht::zone_maximum_bytes) return NameError{"a zone has at most 63 octets"};
  if (zone.ends_with(alias_suffix)) return NameError{"\"" + zone + "\" is an alias; name the zone without \".alt\""};
  return detail::canonical_text(std::move(zone));
}

NameResult<std::string> parse_prefix(std::string_view text) {
  if (text.empty()) return detail::canonical_text({});
  const std::string dotted = with_plain_dots(text);
  const auto typed = cut(dotted);
  if (!typed) return typed.error();
  std::vector<std::string> labels;
  for (const std::string_view part : *typed) {
    if (labels.empty() && part == "*") {
      labels.emplace_back(part);
      continue;
    }
    auto label = detail::canonical_label(part, LabelForm::prefix);
    if (!label) return label.error();
    labels.push_back(std::move(*label));
  }
  std::string prefix = join(labels, 0, labels.size());
  if (prefix.size() > whole_name_maximum_octets) return NameError{"the name is longer than 253 octets"};
  return detail::canonical_text(std::move(prefix));
}

bool is_canonical(const P2PName& name) {
  if (!dht::is_canonical_zone(name.zone)) return false;
  if (name.kind == NameKind::public_key) {
    const auto key = public_key_of(name);
    return key && to_base32(key->view()) == name.label;
  }
  return dht::is_canonical_label(name.label);
}

bool is_canonical_prefix(std::string_view prefix) noexcept {
  if (prefix.empty()) return true;
  if (prefix.size() > whole_name_maximum_octets) return false;
  if (prefix == "*") return true;
  if (prefix.starts_with("*.")) prefix.remove_prefix(2);
  for (;;) {
    const auto dot = prefix.find('.');
    if (!dht::has_canonical_form(prefix.substr(0, dot), LabelForm::prefix)) return false;
    if (dot == std::string_view::npos) return true;
    prefix.remove_prefix(dot + 1);
  }
}

}  // namespace p2pns::names
