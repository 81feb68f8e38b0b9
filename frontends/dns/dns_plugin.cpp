#include "frontends/dns/dns_plugin.hpp"

#include "frontends/dns/dns_front_end.hpp"
#include "plugins/api/build_id.hpp"

namespace p2pns::dns {
namespace {

constexpr IpAddress loopback{IpFamily::v4, {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{1}}};
constexpr Endpoint listen_by_default{loopback, 5300};

plugins::ConfigResult<std::unique_ptr<plugins::FrontEnd>> create(plugins::PluginHost& host) {
  DnsSettings settings;
  const auto listen = host.config().endpoint("listen", listen_by_default);
  if (!listen) return listen.error();
  if (const auto finished = host.config().finish(); !finished) return finished.error();
  settings.listen = *listen;
  return std::unique_ptr<plugins::FrontEnd>{std::make_unique<DnsFrontEnd>(host, settings)};
}

}  // namespace

const plugins::PluginDescriptor& dns_plugin() {
  static constexpr plugins::PluginDescriptor descriptor{plugins::abi_version, plugins::build_id, "dns",
                                                        "answers DNS queries for .p2p names", &create};
  return descriptor;
}

}  // namespace p2pns::dns
