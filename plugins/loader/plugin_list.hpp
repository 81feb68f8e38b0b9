// PluginList: all plug-ins of a process, those that are linked in and those that came from files. From here on both are
// treated alike.
#pragma once

#include <string>
#include <vector>

#include "plugins/loader/loader.hpp"

namespace p2pns::plugins {

class PluginList {
 public:
  explicit PluginList(Plugins built_ins)
      : all_(built_ins.begin(), built_ins.end()), built_in_count_(built_ins.size()) {}

  /// Opens the file (plugin_file.hpp) and appends its plug-in; the name of its section under `frontends`. Errors: those
  /// of open_plugin_file, or a plug-in of this name is there already. On error the list stays as it was.
  ConfigResult<std::string> add_file(const std::string& path);
  /// Built-ins first, then files in the order they were added. Valid until the next add_file.
  Plugins all() const noexcept { return all_; }

 private:
  std::vector<const PluginDescriptor*> all_;
  std::size_t built_in_count_;
};

}  // namespace p2pns::plugins
