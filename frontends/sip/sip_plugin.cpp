#include "frontends/sip/sip_plugin.hpp"

#include "frontends/sip/sip_front_end.hpp"
#include "plugins/api/build_id.hpp"

namespace p2pns::sip {
namespace {

plugins::ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  auto settings = read_sip_settings(host.config(), host.state_folder(), host.names().zones());
  if (!settings) return settings.error();
  return std::unique_ptr<plugins::FrontEnd>{std::make_unique<SipFrontEnd>(host, std::move(*settings))};
}

}  // namespace

const plugins::PluginDescriptor& sip_plugin() {
  static constexpr plugins::PluginDescriptor descriptor{plugins::abi_version, plugins::build_id, "sip",
                                                        "registers phones, and puts calls to .p2p names through",
                                                        &create};
  return descriptor;
}

}  // namespace p2pns::sip
