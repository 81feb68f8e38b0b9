// Only in the file http.so: what the loader looks for.
#include "frontends/http/http_plugin.hpp"

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &p2pns::http::http_plugin(); }
