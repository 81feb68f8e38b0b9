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

}  // namespace

Placement place_of(const WireName& name, const names::Zones& zones) {
  Placement placement;
  const std::vector<std::string> all = labels_of(name);
  placement.zone_labels = zone_labels_of(all, zones);
  if (placement.zone_labels == 0) return placement;
  const auto labels = std::span{all}.first(all.size() - placement.zone_labels);
  const std::string zone = joined(std::span{all}.last(placement.zone_labels));
  if (labels.empty()) {
    placement.place = Place::apex;
  } else if (labels.back() == "id" || labels.back() == "hit-to-ip") {
    placement.place = Place::empty_branch;
    if (labels.size() > 1 && labels.back() == "id") place_below_id(placement, labels, zone, zones);
    if (labels.size() > 1 && labels.back() != "id") placement.place = Place::no_name;
  } else {
    place_name(placement, labels, zone, 1, zones);
  }
  return placement;
}

}  // namespace p2pns::dns
