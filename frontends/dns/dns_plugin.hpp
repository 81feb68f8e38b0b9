// The DNS front end as a plug-in. Its section of the configuration has two keys: `listen`, address and port for UDP and
// TCP, by default 127.0.0.1:5300, and `upstreams`, the resolvers for all other zones, by default none.
#pragma once

#include "plugins/api/plugin.hpp"

namespace p2pns::dns {

const plugins::PluginDescriptor& dns_plugin();

}  // namespace p2pns::dns
