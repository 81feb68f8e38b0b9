// YamlDocument: a parsed configuration file as mappings, lists and scalars, each with its place. Parsing is strict: one
// document, no anchors or aliases (a small file could stand for a huge one), no tags, no duplicate keys. What the keys
// mean is left to the readers. The only file that sees yaml-cpp is yaml_document.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/config_node.hpp"

namespace p2pns::config {

using plugins::ConfigError;
using plugins::ConfigResult;

/// Our own file with all comments has 4 kB; sixteen times that is no configuration any more.
inline constexpr std::size_t yaml_bytes_maximum = 64 * 1024;
/// The deepest key of ours stands at depth 4.
inline constexpr std::size_t yaml_depth_maximum = 8;

struct YamlEntry;

struct YamlValue {
  enum class Kind { nothing, scalar, list, mapping };
  Kind kind = Kind::nothing;
  int line = 1;
  int column = 1;
  std::string text;                ///< of a scalar
  bool quoted = false;             ///< "12" is a text, 12 a number
  std::vector<YamlValue> items;    ///< of a list
  std::vector<YamlEntry> entries;  ///< of a mapping, in the order of the file
};

struct YamlEntry {
  std::string key;
  int line = 1;
  int column = 1;
  YamlValue value;
};

struct YamlDocument {
  std::string file;
  YamlValue root;  ///< a mapping, or nothing when the file is empty
};

/// "p2pns.yaml:12:3: " in front of every error.
std::string place_of(const YamlDocument&, int line, int column);
/// `file` is only for messages. Errors name the place and say what is wrong. Shared, because each plug-in's section is
/// a view into it that lives as long as the plug-in.
ConfigResult<std::shared_ptr<const YamlDocument>> parse_yaml(std::string file, std::string_view text);

}  // namespace p2pns::config
