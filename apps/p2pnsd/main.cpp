// p2pnsd: one node of the overlay with its front ends. The list of plug-ins stands here.
#include <CLI/CLI.hpp>
#include <array>
#include <iostream>

#include "apps/p2pnsd/daemon.hpp"
#include "frontends/dns/dns_plugin.hpp"
#include "frontends/http/http_plugin.hpp"

int main(int argc, char** argv) {
  const std::array<const p2pns::plugins::PluginDescriptor*, 2> built_ins{&p2pns::dns::dns_plugin(),
                                                                         &p2pns::http::http_plugin()};
  CLI::App app{"A node of P2PNS, the name service without servers", "p2pnsd"};
  p2pns::daemon::DaemonOptions options;
  app.add_option("--config", options.config_file, "Configuration; config/p2pns.yaml shows every key")->required();
  app.add_flag("--check-config", options.check_only, "Only say whether the configuration can be used");
  app.set_version_flag("--version", P2PNS_VERSION);
  std::string front_ends = "Front ends:";
  for (const auto* each : built_ins) front_ends += std::string{"\n  "} + each->name + "  " + each->summary;
  app.footer(front_ends);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string{"p2pnsd: "} + error.what() + "; see p2pnsd --help\n";
  });
  try {
    app.parse(argc, argv);
    return p2pns::daemon::run(options, built_ins);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "p2pnsd: " << error.what() << std::endl;
    return 1;
  }
}
