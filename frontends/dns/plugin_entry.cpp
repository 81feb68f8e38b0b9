// Only in the file dns.so: what the loader looks for.
#include "frontends/dns/dns_plugin.hpp"

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &p2pns::dns::dns_plugin(); }
