// What people type: names, zones, prefixes. What is accepted is canonical, and a canonical text means itself.
#include <algorithm>

#include "core/names/p2p_name.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace names;

const Zones zones{{"p2p", "lab.example"}};

std::string whole(const ParsedName& parsed) {
  return (parsed.prefix.empty() ? "" : parsed.prefix + ".") + to_string(parsed.name);
}

std::string upper_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

void require_same(const ParsedName& parsed, const std::string& text) {
  const auto again = parse_name(text, zones);
  require(again && again->name == parsed.name && again->prefix == parsed.prefix, "the text means the same name");
}

void require_reason(const NameError& error) { require(!error.message.empty(), "a refusal says why"); }

void check_name(std::string_view text) {
  const auto parsed = parse_name(text, zones);
  const auto registrable = parse_registrable_name(text, zones);
  if (!parsed) {
    require(!registrable, "what is no name cannot be registered");
    return require_reason(parsed.error());
  }
  require(is_canonical(parsed->name), "an accepted name is canonical");
  require(is_canonical_prefix(parsed->prefix), "an accepted prefix is canonical");
  require(zones.contains(parsed->name.zone), "an accepted name is in a zone served");
  const std::string canonical = whole(*parsed);
  require(canonical.size() <= whole_name_maximum_octets, "a name is no longer than DNS can say");
  require_same(*parsed, canonical);
  require_same(*parsed, canonical + ".");
  require_same(*parsed, upper_case(canonical));
  if (canonical.size() + 4 <= whole_name_maximum_octets) require_same(*parsed, canonical + ".alt");
  require(registrable.has_value() == parsed->prefix.empty(), "what has no prefix can be registered, and nothing else");
  if (registrable) require(*registrable == parsed->name, "both parsers see the same name");
}

void check_zone(std::string_view text) {
  const auto zone = parse_zone(text);
  if (!zone) return require_reason(zone.error());
  const auto again = parse_zone(*zone);
  require(again && *again == *zone, "a canonical zone means itself");
  require(is_canonical({NameKind::label, *zone, "alice"}), "names in an accepted zone are canonical");
}

void check_prefix(std::string_view text) {
  const auto prefix = parse_prefix(text);
  if (!prefix) return require_reason(prefix.error());
  require(is_canonical_prefix(*prefix), "an accepted prefix is canonical");
  const auto again = parse_prefix(*prefix);
  require(again && *again == *prefix, "a canonical prefix means itself");
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = as_text(input);
  check_name(text);
  check_zone(text);
  check_prefix(text);
}

}  // namespace p2pns::fuzz
