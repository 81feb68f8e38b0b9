#include "plugins/loader/plugin_file.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

#include "plugins/loader/loader.hpp"

namespace p2pns::plugins {

namespace {

const char* const entry_symbol = "p2pns_plugin";
using EntryPoint = decltype(&p2pns_plugin);

/// What the dynamic linker says, without the path that it puts in front.
std::string reason_of_linker(const std::string& path) {
  const char* const text = ::dlerror();
  std::string reason = text ? text : "no reason given";
  if (reason.starts_with(path + ": ")) reason.erase(0, path.size() + 2);
  return reason;
}

/// The file and every folder above it, which must all be out of others' reach. Empty when they are.
std::string distrust_of_all(const std::filesystem::path& file) {
  for (std::filesystem::path each = file;; each = each.parent_path()) {
    if (std::string why = distrust_of(each.string()); !why.empty()) return why;
    if (each == each.root_path()) return {};
  }
}

/// Empty when the descriptor can be used by this program.
std::string objection_to(const PluginDescriptor* descriptor) {
  if (!descriptor) return "its p2pns_plugin() gives no descriptor";
  if (std::string misfit = misfit_of(*descriptor); !misfit.empty()) return misfit;
  if (!descriptor->name || *descriptor->name == 0 || !descriptor->create_front_end)
    return "its descriptor has no name or makes no front end";
  return {};
}

}  // namespace

std::string distrust_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return path + ": cannot be opened: " + std::strerror(errno);
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return path + ": belongs to another user (" + std::to_string(status.st_uid) +
           "); plug-ins are taken from root and from this user only";
  const bool sticky_folder = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky_folder)
    return path + ": other users can write here, so it could hold anybody's code; mend it with: chmod go-w " + path;
  return {};
}

ConfigResult<const PluginDescriptor*> open_plugin_file(const std::string& path) {
  // Without symbolic links, and never a bare name, which the dynamic linker would look for elsewhere. What stands below
  // trusted folders only cannot be exchanged between this look at it and the opening.
  std::error_code error;
  const auto file = std::filesystem::canonical(path, error);
  if (error) return ConfigError{path + ": cannot be opened: " + error.message()};
  if (!std::filesystem::is_regular_file(file, error)) return ConfigError{path + ": is no regular file"};
  if (const std::string why = distrust_of_all(file); !why.empty())
    return ConfigError{why.starts_with(path + ": ") ? why : path + ": cannot be trusted: " + why};
  // Local: two plug-ins may use the same name for different things. What they have in common with this program they get
  // from this program all the same, because it exports it.
  void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) return ConfigError{path + ": cannot be loaded: " + reason_of_linker(file.string())};
  void* const symbol = ::dlsym(library, entry_symbol);
  if (!symbol) return ConfigError{path + ": is no plug-in: it does not export " + entry_symbol};
  const PluginDescriptor* const descriptor = reinterpret_cast<EntryPoint>(symbol)();
  if (const std::string why = objection_to(descriptor); !why.empty()) return ConfigError{path + ": " + why};
  return descriptor;
}

}  // namespace p2pns::plugins
