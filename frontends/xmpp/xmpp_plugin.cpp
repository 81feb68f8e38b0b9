#include "frontends/xmpp/xmpp_plugin.hpp"

#include "frontends/xmpp/xmpp_front_end.hpp"
#include "plugins/api/build_id.hpp"

namespace p2pns::xmpp {
namespace {

plugins::ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  auto settings = read_xmpp_settings(host.config(), host.state_folder());
  if (!settings) return settings.error();
  return std::unique_ptr<plugins::FrontEnd>{std::make_unique<XmppFrontEnd>(host, std::move(*settings))};
}

}  // namespace

const plugins::PluginDescriptor& xmpp_plugin() {
  static constexpr plugins::PluginDescriptor descriptor{plugins::abi_version, plugins::build_id, "xmpp",
                                                        "a gateway for the users of an XMPP server", &create};
  return descriptor;
}

}  // namespace p2pns::xmpp
