// DaemonConfig: everything p2pnsd can be told, as typed values, and its strict reader. config/p2pns.yaml shows every
// key with its default. A plug-in reads its own section itself, through plugins::ConfigNode.
#pragma once

#include <functional>
#include <span>

#include "config/seed_name.hpp"
#include "config/yaml_document.hpp"
#include "core/base/log.hpp"
#include "core/node/node_config.hpp"

namespace p2pns::config {

struct FrontEndSection {
  std::string name;
  std::unique_ptr<const plugins::ConfigNode> keys;
};

/// Of the section `store`; without it nothing is kept.
struct StoreSection {
  std::string path = "/var/lib/p2pns/store";  ///< absolute, or relative to where the process runs
  std::size_t maximum_mib = 1024;             ///< 128 to 1,048,576
};

struct DaemonConfig {
  node::NodeConfig node;
  Endpoint listen{};                          ///< UDP, for the overlay
  std::vector<SeedName> seed_names;           ///< seeds that are known by name, beside node.seeds
  std::vector<Endpoint> bootstrap_resolvers;  ///< who is asked for them; none: the daemon chooses
  std::string key_file;                       ///< absolute, or relative to where the process runs; so are the next two
  std::string owner_key_file;                 ///< empty: the node's key owns its names
  std::string passphrase_file;                ///< of both keys, when they have one; empty: none is configured
  std::optional<StoreSection> store;
  Severity log_level = Severity::info;
  std::vector<std::string> plugin_files;    ///< each was opened; absolute, or relative to where the process runs
  std::vector<FrontEndSection> front_ends;  ///< in the order of the file; each is to run
};

struct ConfigReading {
  DaemonConfig config;              ///< counts only when there are no errors
  std::vector<std::string> errors;  ///< "p2pns.yaml:12:3: node.listen: expected ...", one line each
};

/// More files of plug-ins than that are a mistake; a process takes 32 front ends in all.
inline constexpr std::size_t plugin_files_maximum = 16;

/// Opens the plug-in at a path; the name of its section under `frontends`. The error begins with the path.
using PluginOpener = std::function<ConfigResult<std::string>(const std::string& path)>;

/// `known_front_ends` are the names of the plug-ins that need no file; `open_plugin` is called for each file of the
/// list `plugins`, in its order (none: this program takes no files). `file` stands in front of errors, and a relative
/// key_file, owner_key_file, passphrase_file, store.path or plug-in is looked for beside it.
ConfigReading read_config(const std::string& file, std::string_view text,
                          std::span<const std::string_view> known_front_ends, const PluginOpener& open_plugin = {});
/// Reads the file first; a file that cannot be read is an error like any other.
ConfigReading load_config(const std::string& file, std::span<const std::string_view> known_front_ends,
                          const PluginOpener& open_plugin = {});

}  // namespace p2pns::config
