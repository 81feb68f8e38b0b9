// Only in the file hip.so: what the loader looks for.
#include "frontends/hip/hip_plugin.hpp"

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &p2pns::hip::hip_plugin(); }
