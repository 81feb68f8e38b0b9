#include "plugins/loader/plugin_list.hpp"

#include "plugins/loader/plugin_file.hpp"

namespace p2pns::plugins {

ConfigResult<std::string> PluginList::add_file(const std::string& path) {
  const auto opened = open_plugin_file(path);
  if (!opened) return opened.error();
  const std::string name = (*opened)->name;
  if (find_plugin(all().first(built_in_count_), name))
    return ConfigError{path + ": is the plug-in '" + name + "', which this program has built in; leave the file out"};
  if (find_plugin(all(), name))
    return ConfigError{path + ": is the plug-in '" + name + "', and another file of that name is loaded already"};
  all_.push_back(*opened);
  return {boost::system::in_place_value, name};
}

}  // namespace p2pns::plugins
