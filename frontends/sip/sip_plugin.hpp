// The SIP front end as a plug-in.
#pragma once

#include "plugins/api/plugin.hpp"

namespace p2pns::sip {

const plugins::PluginDescriptor& sip_plugin();

}  // namespace p2pns::sip
