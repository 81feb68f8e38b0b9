#include "config/yaml_config_node.hpp"

#include <algorithm>
#include <charconv>

#include "config/nearest_word.hpp"
#include "core/base/printable.hpp"

namespace p2pns::config {

namespace {

constexpr std::string_view endpoint_hint = "expected an address and port like 127.0.0.1:5300 or [::1]:5300";

/// Errors of the library quote the file, so they stay short whatever stands in it.
std::string quoted(std::string_view text) {
  constexpr std::size_t shown_maximum = 60;
  return "'" + std::string{text.substr(0, shown_maximum)} + (text.size() > shown_maximum ? "...'" : "'");
}

bool is_scalar(const YamlValue& value) { return value.kind == YamlValue::Kind::scalar; }

}  // namespace

YamlConfigNode::YamlConfigNode(std::shared_ptr<const YamlDocument> document)
    : document_(std::move(document)), section_(&document_->root) {}

YamlConfigNode::YamlConfigNode(std::shared_ptr<const YamlDocument> document, const YamlValue& value, std::string path)
    : document_(std::move(document)), section_(&value), path_(std::move(path)) {}

const YamlEntry* YamlConfigNode::find(std::string_view key) const {
  asked_.emplace(key);
  const auto found = std::ranges::find(section_->entries, key, &YamlEntry::key);
  return found == section_->entries.end() ? nullptr : &*found;
}

std::string YamlConfigNode::path_of(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

ConfigError YamlConfigNode::error_in(const YamlValue& value, const std::string& path, std::string_view sentence) const {
  return {printable(place_of(*document_, value.line, value.column) + path + ": " + std::string{sentence})};
}

ConfigError YamlConfigNode::error_at(std::string_view key, std::string_view sentence) const {
  const YamlEntry* const entry = find(key);
  return error_in(entry ? entry->value : *section_, path_of(key), sentence);
}

ConfigError YamlConfigNode::error_at_item(std::string_view key, std::size_t index, std::string_view sentence) const {
  return error_in(find(key)->value.items[index], path_of(key) + "[" + std::to_string(index) + "]", sentence);
}

bool YamlConfigNode::has(std::string_view key) const { return find(key) != nullptr; }

ConfigResult<std::string> YamlConfigNode::text(std::string_view key, std::string_view fallback) const {
  const YamlEntry* const entry = find(key);
  if (entry && !is_scalar(entry->value)) return error_at(key, "expected a text");
  return ConfigResult<std::string>{boost::system::in_place_value, entry ? entry->value.text : std::string{fallback}};
}

ConfigResult<std::int64_t> YamlConfigNode::integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                                                   std::int64_t maximum) const {
  const YamlEntry* const entry = find(key);
  if (!entry) return fallback;
  const YamlValue& value = entry->value;
  std::int64_t number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [stopped, error] = std::from_chars(value.text.data(), end, number);
  const bool huge = error == std::errc::result_out_of_range && stopped == end;
  if (!is_scalar(value) || value.quoted || (!huge && (error != std::errc{} || stopped != end)))
    return error_at(key, "expected a whole number");
  if (huge || number < minimum || number > maximum)
    return error_at(key, value.text + " is outside of " + std::to_string(minimum) + " to " + std::to_string(maximum));
  return number;
}

ConfigResult<bool> YamlConfigNode::boolean(std::string_view key, bool fallback) const {
  const YamlEntry* const entry = find(key);
  if (!entry) return fallback;
  const bool plain = is_scalar(entry->value) && !entry->value.quoted;
  if (plain && entry->value.text == "true") return true;
  if (plain && entry->value.text == "false") return false;
  return error_at(key, "expected true or false");
}

ConfigResult<Endpoint> YamlConfigNode::endpoint(std::string_view key, const Endpoint& fallback) const {
  const YamlEntry* const entry = find(key);
  if (!entry) return fallback;
  if (!is_scalar(entry->value)) return error_at(key, endpoint_hint);
  const auto parsed = parse_endpoint(entry->value.text);
  if (!parsed) return error_at(key, std::string{endpoint_hint} + ", found " + quoted(entry->value.text));
  return *parsed;
}

ConfigResult<std::vector<const YamlValue*>> YamlConfigNode::items_of(std::string_view key) const {
  std::vector<const YamlValue*> items;
  const YamlEntry* const entry = find(key);
  if (!entry) return items;
  if (entry->value.kind != YamlValue::Kind::list) return error_at(key, "expected a list, like [one, two]");
  if (entry->value.items.size() > list_items_maximum)
    return error_at(key, "has more than " + std::to_string(list_items_maximum) + " items");
  for (const YamlValue& item : entry->value.items) {
    if (!is_scalar(item))
      return error_in(item, path_of(key) + "[" + std::to_string(items.size()) + "]", "expected a text");
    items.push_back(&item);
  }
  return items;
}

ConfigResult<std::vector<std::string>> YamlConfigNode::texts(std::string_view key) const {
  const auto items = items_of(key);
  if (!items) return items.error();
  std::vector<std::string> result;
  for (const YamlValue* item : *items) result.push_back(item->text);
  return result;
}

ConfigResult<YamlConfigNode> YamlConfigNode::section(std::string_view key) const {
  static const YamlValue empty;
  const YamlEntry* const entry = find(key);
  if (!entry) return YamlConfigNode(document_, empty, path_of(key));
  const auto kind = entry->value.kind;
  if (kind != YamlValue::Kind::mapping && kind != YamlValue::Kind::nothing)
    return error_at(key, "expected a section with keys of its own");
  return YamlConfigNode(document_, entry->value, path_of(key));
}

std::vector<std::string> YamlConfigNode::keys() const {
  std::vector<std::string> result;
  for (const YamlEntry& entry : section_->entries) result.push_back(entry.key);
  return result;
}

ConfigResult<void> YamlConfigNode::finish() const {
  const auto unknown =
      std::ranges::find_if(section_->entries, [&](const YamlEntry& e) { return !asked_.contains(e.key); });
  if (unknown == section_->entries.end()) return {};
  const std::string nearest = nearest_word(unknown->key, {asked_.begin(), asked_.end()});
  std::string line = place_of(*document_, unknown->line, unknown->column) + path_of(quoted(unknown->key));
  line += ": no such key";
  if (!nearest.empty()) line += ", did you mean '" + nearest + "'?";
  return ConfigError{printable(std::move(line))};
}

}  // namespace p2pns::config
