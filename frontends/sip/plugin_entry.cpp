// Only in the file sip.so: what the loader looks for.
#include "frontends/sip/sip_plugin.hpp"

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &p2pns::sip::sip_plugin(); }
