// The XMPP front end as a plug-in. xmpp_settings.hpp says what its section of the configuration may hold.
#pragma once

#include "plugins/api/plugin.hpp"

namespace p2pns::xmpp {

const plugins::PluginDescriptor& xmpp_plugin();

}  // namespace p2pns::xmpp
