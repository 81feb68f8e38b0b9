#include "config/yaml_document.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "core/base/printable.hpp"

namespace p2pns::config {

namespace {

/// Thrown through the YAML library, whose own errors are exceptions too; caught in parse_yaml.
struct Refusal {
  int line;
  int column;
  std::string sentence;
};

[[noreturn]] void refuse(const YAML::Mark& mark, std::string sentence) {
  throw Refusal{mark.line + 1, mark.column + 1, std::move(sentence)};
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(YamlValue& root) : root_(root) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "aliases (*name) are not allowed"); }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "", anchor);
    if (wants_key()) refuse(mark, "a key has no name");
    attach(value_at(mark, YamlValue::Kind::nothing));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    check(mark, tag, anchor);
    if (wants_key()) return begin_entry(mark, text);
    YamlValue value = value_at(mark, YamlValue::Kind::scalar);
    value.text = text;
    value.quoted = tag == "!";
    attach(std::move(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlValue::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlValue::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    YamlValue value;
    std::optional<YamlEntry> entry;  // key seen, value still to come
  };

  static YamlValue value_at(const YAML::Mark& mark, YamlValue::Kind kind) {
    YamlValue value;
    value.kind = kind;
    value.line = mark.line + 1;
    value.column = mark.column + 1;
    return value;
  }

  static void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse(mark, "anchors (&name) are not allowed");
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "tags (!name) are not allowed");
  }

  bool wants_key() const {
    return !levels_.empty() && levels_.back().value.kind == YamlValue::Kind::mapping && !levels_.back().entry;
  }

  void begin_entry(const YAML::Mark& mark, const std::string& key) {
    Level& level = levels_.back();
    const auto earlier = std::ranges::find(level.value.entries, key, &YamlEntry::key);
    if (earlier != level.value.entries.end())
      refuse(mark, "the key '" + key + "' stands here twice, first in line " + std::to_string(earlier->line));
    YamlEntry entry;
    entry.key = key;
    entry.line = mark.line + 1;
    entry.column = mark.column + 1;
    level.entry = std::move(entry);
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlValue::Kind kind) {
    check(mark, tag, anchor);
    if (wants_key()) refuse(mark, "a key must be a single word");
    if (levels_.size() == yaml_depth_maximum)
      refuse(mark, "nested deeper than " + std::to_string(yaml_depth_maximum) + " levels");
    levels_.push_back({value_at(mark, kind), {}});
  }

  void close() {
    YamlValue value = std::move(levels_.back().value);
    levels_.pop_back();
    attach(std::move(value));
  }

  void attach(YamlValue value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return;
    }
    Level& level = levels_.back();
    if (level.value.kind == YamlValue::Kind::list) {
      level.value.items.push_back(std::move(value));
      return;
    }
    level.entry->value = std::move(value);
    level.value.entries.push_back(std::move(*level.entry));
    level.entry.reset();
  }

  YamlValue& root_;
  std::vector<Level> levels_;
};

/// Throws Refusal and YAML::Exception.
void parse_into(YamlDocument& document, std::string_view text) {
  std::istringstream stream{std::string{text}};
  YAML::Parser parser(stream);
  TreeBuilder builder(document.root);
  if (!parser.HandleNextDocument(builder)) return;
  YamlValue second;
  TreeBuilder rest(second);
  if (parser.HandleNextDocument(rest)) throw Refusal{second.line, 1, "a second document begins here"};
  const auto kind = document.root.kind;
  if (kind != YamlValue::Kind::mapping && kind != YamlValue::Kind::nothing)
    throw Refusal{document.root.line, document.root.column, "expected keys and values, like 'log: {level: info}'"};
}

}  // namespace

std::string place_of(const YamlDocument& document, int line, int column) {
  return document.file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
}

ConfigResult<std::shared_ptr<const YamlDocument>> parse_yaml(std::string file, std::string_view text) {
  auto document = std::make_shared<YamlDocument>();
  document->file = std::move(file);
  if (text.size() > yaml_bytes_maximum)
    return ConfigError{place_of(*document, 1, 1) + "the file is larger than 64 KiB"};
  try {
    parse_into(*document, text);
  } catch (const Refusal& refusal) {
    return ConfigError{printable(place_of(*document, refusal.line, refusal.column) + refusal.sentence)};
  } catch (const YAML::Exception& error) {
    const bool known = !error.mark.is_null();
    return ConfigError{
        printable(place_of(*document, known ? error.mark.line + 1 : 1, known ? error.mark.column + 1 : 1) +
                  "not valid YAML: " + error.msg)};
  }
  return std::shared_ptr<const YamlDocument>(std::move(document));
}

}  // namespace p2pns::config
