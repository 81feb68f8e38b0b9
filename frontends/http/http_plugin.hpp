// The HTTP front end as a plug-in; its section is `frontends.http`.
#pragma once

#include "plugins/api/plugin.hpp"

namespace p2pns::http {

const plugins::PluginDescriptor& http_plugin();

}  // namespace p2pns::http
