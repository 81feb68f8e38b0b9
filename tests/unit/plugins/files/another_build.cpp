// Built by other means, it says.
#include "plugins/api/plugin.hpp"

namespace {

constexpr p2pns::plugins::PluginDescriptor descriptor{p2pns::plugins::abi_version,
                                                      "p2pns 9.9.9, compiler 99.9.9, boost 9_99, cxx11-abi 1",
                                                      "another", "for tests", nullptr};

}  // namespace

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &descriptor; }
