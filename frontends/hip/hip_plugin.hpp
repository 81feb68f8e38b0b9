// The HIP front end as a plug-in; its section is `frontends.hip`.
#pragma once

#include "plugins/api/plugin.hpp"

namespace p2pns::hip {

const plugins::PluginDescriptor& hip_plugin();

}  // namespace p2pns::hip
