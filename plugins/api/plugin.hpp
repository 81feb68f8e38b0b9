// PluginDescriptor: the one thing a plug-in hands over, the same struct whether linked in or loaded from a file.
// docs/reference/plugin-api.md is the guide.
#pragma once

#include <cstdint>
#include <memory>

#include "plugins/api/front_end.hpp"
#include "plugins/api/plugin_host.hpp"

namespace p2pns::plugins {

/// Rises whenever a type that plug-ins see changes.
inline constexpr std::uint32_t abi_version = 3;

struct PluginDescriptor {
  // These two stay first for ever, whatever else changes: they are read before anything else is known to fit.
  std::uint32_t abi_version;
  const char* build_id;  ///< both must equal the host's
  const char* name;      ///< key of its section under `frontends:`
  const char* summary;   ///< one line for --help and status
  /// Reads the configuration; throws nothing, opens nothing. Errors name file:line:column.
  ConfigResult<std::unique_ptr<FrontEnd>> (*create_front_end)(PluginHost&);
};

}  // namespace p2pns::plugins

/// The one symbol that is looked for in a file; defined there, and never in this program. The descriptor lives as long
/// as the process.
extern "C" const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept;
