#include "core/names/record_selection.hpp"

#include <algorithm>

namespace p2pns::names {
namespace {

constexpr std::uint16_t type_cname = 5;
constexpr std::uint16_t type_any = 255;

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

}  // namespace

Selection select_records(std::span<const ResourceRecord> records, Labels prefix, std::uint16_t type) {
  Selection selection;
  bool found = false;
  const auto node = answering_node(records, prefix, found);
  if (!found) return selection;
  selection.kind = Selection::Kind::no_data;
  std::uint16_t wanted = type;
  for (const ResourceRecord& record : records) {
    if (match(record.owner, node) != Match::equal) continue;
    if (wanted == type_any) wanted = record.type;
    if (record.type == type_cname && type != type_cname && type != type_any) {
      selection.kind = Selection::Kind::alias;
      selection.records = {&record};
      return selection;
    }
    if (record.type != wanted) continue;
    selection.kind = Selection::Kind::records;
    selection.records.push_back(&record);
  }
  return selection;
}

}  // namespace p2pns::names
