#include "frontends/dns/place.hpp"

#include <algorithm>

namespace p2pns::dns {
namespace {

/// The longest zone the labels end with, in labels; 0: none.
std::size_t zone_labels_of(std::span<const std::string> labels, const names::Zones& zones) {
  std::size_t longest = 0;
  std::string suffix;
  for (std::size_t count = 1; count <= labels.size(); ++count) {
    const std::string& label = labels[labels.size() - count];
    if (label.find('.') != std::string::npos) break;  // a dot inside of a label: no zone has one
    suffix = count == 1 ? label : label + "." + suffix;
    if (zones.contains(suffix)) longest = count;
  }
  return longest;
}

std::string joined(std::span<const std::string> labels) {
  std::string text;
  for (const std::string& label : labels) text += text.empty() ? label : "." + label;
  return text;
}

/// Names arrive in their A-form; anything else in a label would be read by parse_name as something it is not.
bool is_plain(const std::string& label) {
  return std::ranges::all_of(label,
                             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// `labels` are those in front of the zone; `name_size` of them, from the right, are the name.
void place_name(Placement& placement, std::span<const std::string> labels, const std::string& zone,
                std::size_t name_size, const names::Zones& zones) {
  const auto name_labels = labels.last(name_size);
  placement.place = Place::no_name;
  placement.name_labels = placement.zone_labels + name_size;
  if (!std::ranges::all_of(name_labels, is_plain)) {
    placement.reason = "a name has letters, digits and hyphens only";
    return;
  }
  auto parsed = names::parse_name(joined(name_labels) + "." + zone, zones);
  if (!parsed) {
    placement.reason = parsed.error().message;
    return;
  }
  if (!parsed->prefix.empty()) return;  // not reached: the name has no more labels than a name has
  placement.place = Place::name;
  placement.name = std::move(parsed->name);
  const auto prefix = labels.first(labels.size() - name_size);
  placement.prefix.assign(prefix.begin(), prefix.end());
}

void place_below_id(Placement& placement, std::span<const std::string> labels, const std::string& zone,
                    const names::Zones& zones) {
  if (labels.size() == 2 && labels[0] == "ns") {
    placement.place = Place::name_server;
  } else {
    place_name(placement, labels, zone, 2, zones);
  }
}

constexpr std::size_t hit_nibbles = 32;
/// Prefix, "ip6" and "arpa".
constexpr std::size_t reverse_zone_labels = 7 + 2;

/// What 32 hexadecimal digits, or fewer of them as labels, stand for.
void place_hit(Placement& placement, std::string nibbles) {
  const auto hit = crypto::parse_hit(nibbles);
  placement.place = hit ? Place::hit : Place::no_name;
  if (hit) placement.hit = *hit;
  if (!hit) placement.reason = "in front of \"hit-to-ip\" stand the 32 nibbles of a Host Identity Tag";
}

/// `labels`: one digit each, the last digit of the HIT first; some in front may be missing.
void place_nibbles(Placement& placement, std::span<const std::string> labels) {
  std::string nibbles;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) nibbles += *label;
  const bool single = std::ranges::all_of(labels, [](const std::string& label) { return label.size() == 1; });
  const bool digits = nibbles.find_first_not_of("0123456789abcdef") == std::string::npos;
  placement.place = Place::no_name;
  if (!single || !digits || labels.size() > hit_nibbles) return;
  if (labels.size() == hit_nibbles) return place_hit(placement, std::move(nibbles));
  placement.place = Place::empty_branch;
}

void place_below_hit_to_ip(Placement& placement, std::span<const std::string> labels) {
  if (labels.size() == 1 && labels[0].size() == hit_nibbles)
    place_hit(placement, labels[0]);
  else
    place_nibbles(placement, labels);
}

/// None: in none of the zones of HITs' prefixes.
std::optional<Placement> place_in_reverse(std::span<const std::string> all) {
  if (all.size() < reverse_zone_labels || all.back() != "arpa" || all[all.size() - 2] != "ip6") return std::nullopt;
  const auto labels = all.first(all.size() - 2);
  constexpr std::size_t prefix_labels = reverse_zone_labels - 2;
  std::string prefix;
  for (std::size_t i = 1; i <= prefix_labels; ++i) prefix += labels[labels.size() - i];
  if (prefix != "2001001" && prefix != "2001002" && prefix != "2001003") return std::nullopt;
  Placement placement;
  placement.reverse = true;
  placement.zone_labels = reverse_zone_labels;
  if (labels.size() == prefix_labels)
    placement.place = Place::apex;
  else
    place_nibbles(placement, labels);
  return placement;
}

}  // namespace

Placement place_of(const WireName& name, const names::Zones& zones) {
  Placement placement;
  const std::vector<std::string> all = labels_of(name);
  placement.zone_labels = zone_labels_of(all, zones);
  if (placement.zone_labels == 0) {
    if (auto reverse = place_in_reverse(all)) return std::move(*reverse);
    return placement;
  }
  const auto labels = std::span{all}.first(all.size() - placement.zone_labels);
  const std::string zone = joined(std::span{all}.last(placement.zone_labels));
  if (labels.empty()) {
    placement.place = Place::apex;
  } else if (labels.back() == "id" || labels.back() == "hit-to-ip") {
    placement.place = Place::empty_branch;
    if (labels.size() > 1 && labels.back() == "id") place_below_id(placement, labels, zone, zones);
    if (labels.size() > 1 && labels.back() != "id") place_below_hit_to_ip(placement, labels.first(labels.size() - 1));
  } else {
    place_name(placement, labels, zone, 1, zones);
  }
  return placement;
}

}  // namespace p2pns::dns
