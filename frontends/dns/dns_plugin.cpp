#include "frontends/dns/dns_plugin.hpp"

#include "frontends/dns/dns_front_end.hpp"
#include "plugins/api/build_id.hpp"

namespace p2pns::dns {
namespace {

plugins::ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  const auto settings = read_dns_settings(host.config());
  if (!settings) return settings.error();
  return std::unique_ptr<plugins::FrontEnd>{std::make_unique<DnsFrontEnd>(host, *settings)};
}

}  // namespace

const plugins::PluginDescriptor& dns_plugin() {
  static constexpr plugins::PluginDescriptor descriptor{plugins::abi_version, plugins::build_id, "dns",
                                                        "answers DNS queries for .p2p names, and forwards others",
                                                        &create};
  return descriptor;
}

}  // namespace p2pns::dns
