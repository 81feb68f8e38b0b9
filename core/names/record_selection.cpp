#include "core/names/record_selection.hpp"

#include <algorithm>

namespace p2pns::names {
namespace {

constexpr std::uint16_t type_cname = 5;

using Labels = std::span<const std::string>;
enum class Match : std::uint8_t { equal, below, other };

/// Compares an owner ("_sip._udp") with labels.
Match match(std::string_view owner, Labels labels) {
  for (std::size_t i = labels.size(); i > 0; --i) {
    const std::string& label = labels[i - 1];
    if (label.find('.') != std::string::npos || !owner.ends_with(label)) return Match::other;
    owner.remove_suffix(label.size());
    if (owner.empty()) return i == 1 ? Match::equal : Match::other;
    if (!owner.ends_with('.')) return Match::other;
    owner.remove_suffix(1);
  }
  return owner.empty() ? Match::equal : Match::below;
}

bool exists(std::span<const ResourceRecord> records, Labels labels) {
  return std::ranges::any_of(records, [labels](const auto& each) { return match(each.owner, labels) != Match::other; });
}

/// The labels whose records answer: the ones asked for, or the wildcard of the closest encloser; none: no such name.
std::vector<std::string> answering_node(std::span<const ResourceRecord> records, Labels prefix, bool& found) {
  found = true;
  if (prefix.empty() || exists(records, prefix)) return {prefix.begin(), prefix.end()};
  std::size_t dropped = 1;
  while (dropped < prefix.size() && !exists(records, prefix.subspan(dropped))) ++dropped;
  const Labels encloser = prefix.subspan(dropped);
  std::vector<std::string> wildcard{"*"};
  wildcard.insert(wildcard.end(), encloser.begin(), encloser.end());
  found = exists(records, wildcard);
  return wildcard;
}

/// `_service` or `_proto`
bool is_service_label(const std::string& label) { return label.size() > 1 && label.front() == '_'; }

}  // namespace

Selection select_records(std::span<const ResourceRecord> records, Labels prefix, std::optional<std::uint16_t> type) {
  Selection selection;
  bool found = false;
  const auto node = answering_node(records, prefix, found);
  if (!found) return selection;
  selection.kind = Selection::Kind::no_data;
  for (const ResourceRecord& record : records) {
    if (match(record.owner, node) != Match::equal) continue;
    if (record.type == type_cname && type && *type != type_cname) {
      selection.kind = Selection::Kind::alias;
      selection.records = {&record};
      return selection;
    }
    if (type && record.type != *type) continue;
    selection.kind = Selection::Kind::records;
    selection.records.push_back(&record);
  }
  return selection;
}

BarePlace place_without_records(Labels prefix) {
  if (prefix.empty()) return BarePlace::itself;
  if (prefix.size() > 2 || !std::ranges::all_of(prefix, is_service_label)) return BarePlace::no_name;
  return prefix.size() == 2 ? BarePlace::service : BarePlace::branch;
}

std::vector<std::string> labels_of_prefix(std::string_view prefix) {
  std::vector<std::string> labels;
  while (!prefix.empty()) {
    const auto dot = prefix.find('.');
    labels.emplace_back(prefix.substr(0, dot));
    prefix.remove_prefix(dot == std::string_view::npos ? prefix.size() : dot + 1);
  }
  return labels;
}

}  // namespace p2pns::names
