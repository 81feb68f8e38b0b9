// The DNS front end as a plug-in. dns_settings.hpp says what its section of the configuration may hold.
#pragma once

#include "plugins/api/plugin.hpp"

namespace p2pns::dns {

const plugins::PluginDescriptor& dns_plugin();

}  // namespace p2pns::dns
