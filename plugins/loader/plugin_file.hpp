// A plug-in from a file: whether the file may be trusted, and its descriptor. What is loaded runs with all rights of
// the process, so a file that somebody else could have written is not even opened. A library is never closed again: a
// queued completion may still point into it.
#pragma once

#include <string>

#include "plugins/api/plugin.hpp"

namespace p2pns::plugins {

/// The descriptor of the shared object at `path`, checked against this program. The library's own initialisers have run
/// then, even when the answer is an error. Errors are one sentence that begins with the path: no such file, no regular
/// file, others could have written it, no shared object, no plug-in, another interface version or build.
ConfigResult<const PluginDescriptor*> open_plugin_file(const std::string& path);

/// Why a file or folder cannot be trusted: its owner is neither root nor this user, or others can write to it (in a
/// folder with the sticky bit, like /tmp, they cannot replace what is not theirs). Empty when it can.
std::string distrust_of(const std::string& path);

}  // namespace p2pns::plugins
