// p2pnsd: one node of the overlay with its front ends. The list of plug-ins stands here.
#include <array>

#include "apps/p2pnsd/daemon_command.hpp"
#include "frontends/dns/dns_plugin.hpp"
#include "frontends/http/http_plugin.hpp"
#include "frontends/sip/sip_plugin.hpp"

int main(int argc, char** argv) {
  const std::array<const p2pns::plugins::PluginDescriptor*, 3> built_ins{
      &p2pns::dns::dns_plugin(), &p2pns::http::http_plugin(), &p2pns::sip::sip_plugin()};
  return p2pns::daemon::run_command(argc, argv, built_ins);
}
