// Of a later interface version: behind the stamp nothing is where this version expects it.
#include "plugins/api/plugin.hpp"

namespace {

struct LaterDescriptor {
  std::uint32_t abi_version;
  const char* build_id;
};
const LaterDescriptor descriptor{p2pns::plugins::abi_version + 1, "p2pns 9.9.9"};

}  // namespace

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept {
  return reinterpret_cast<const p2pns::plugins::PluginDescriptor*>(&descriptor);
}
