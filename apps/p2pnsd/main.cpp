// p2pnsd: one node of the overlay with its front ends. The list of plug-ins stands here.
#include <array>

#include "apps/p2pnsd/daemon_command.hpp"
#include "frontends/dns/dns_plugin.hpp"
#include "frontends/http/http_plugin.hpp"
#ifdef P2PNS_WITH_XMPP
#include "frontends/xmpp/xmpp_plugin.hpp"
#endif

int main(int argc, char** argv) {
  const std::array built_ins{
      &p2pns::dns::dns_plugin(),
      &p2pns::http::http_plugin(),
#ifdef P2PNS_WITH_XMPP
      &p2pns::xmpp::xmpp_plugin(),
#endif
  };
  return p2pns::daemon::run_command(argc, argv, built_ins);
}
