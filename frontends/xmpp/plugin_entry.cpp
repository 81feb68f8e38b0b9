// Only in the file xmpp.so: what the loader looks for.
#include "frontends/xmpp/xmpp_plugin.hpp"

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &p2pns::xmpp::xmpp_plugin(); }
