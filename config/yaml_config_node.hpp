// YamlConfigNode: one section of a configuration file, read strictly. It remembers which keys were asked for, so that
// finish() can name the first that nobody knows, with the nearest known key.
#pragma once

#include <set>

#include "config/yaml_document.hpp"

namespace p2pns::config {

/// Items of a list: more seeds or zones than that are a mistake.
inline constexpr std::size_t list_items_maximum = 256;

class YamlConfigNode final : public plugins::ConfigNode {
 public:
  /// The whole document.
  explicit YamlConfigNode(std::shared_ptr<const YamlDocument>);

  bool has(std::string_view key) const override;
  ConfigResult<std::string> text(std::string_view key, std::string_view fallback) const override;
  ConfigResult<std::int64_t> integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                                     std::int64_t maximum) const override;
  ConfigResult<bool> boolean(std::string_view key, bool fallback) const override;
  ConfigResult<Endpoint> endpoint(std::string_view key, const Endpoint& fallback) const override;
  /// A missing key gives an empty list.
  ConfigResult<std::vector<std::string>> texts(std::string_view key) const override;
  /// A missing or empty section gives one without keys.
  ConfigResult<YamlConfigNode> section(std::string_view key) const;
  /// In the order of the file.
  std::vector<std::string> keys() const;
  const YamlDocument& document() const noexcept { return *document_; }

  /// An error of the reader's own making, at the place of one item of a list, which must exist.
  ConfigError error_at_item(std::string_view key, std::size_t index, std::string_view sentence) const;
  ConfigError error_at(std::string_view key, std::string_view sentence) const override;
  ConfigResult<void> finish() const override;

 private:
  YamlConfigNode(std::shared_ptr<const YamlDocument>, const YamlValue&, std::string path);
  const YamlEntry* find(std::string_view key) const;
  std::string path_of(std::string_view key) const;
  ConfigError error_in(const YamlValue&, const std::string& path, std::string_view sentence) const;
  /// The scalars of a list, each with its place and path.
  ConfigResult<std::vector<const YamlValue*>> items_of(std::string_view key) const;

  std::shared_ptr<const YamlDocument> document_;
  const YamlValue* section_;
  std::string path_;
  mutable std::set<std::string, std::less<>> asked_;  // asking is no change of what is read
};

}  // namespace p2pns::config
